#include "archive/backup/VerifyCommand.h"
#include "plugins/archive/ArchiveFixture.h"

namespace chat::test {

/// Command `verify`: each kind of fault is found, and named.
class VerifyTest : public ArchiveFixture {
  CPPUNIT_TEST_SUITE(VerifyTest);
  CPPUNIT_TEST(aSoundDatabaseHasNoFaults);
  CPPUNIT_TEST(eachFaultIsFound);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ArchiveFixture::setUp();
    addUser("Ann", ann);
    addUser("bob", bob);
    send(ann, "bob", "one");
    send(bob, "ann", "Größe");
    send(ann, "ann", "note");
  }

 private:
  Ran verify() {
    archive::VerifyCommand command(database());
    return run(command, {});
  }

  void aSoundDatabaseHasNoFaults() {
    const Ran ran = verify();
    CPPUNIT_ASSERT_EQUAL(0, ran.code);
    CPPUNIT_ASSERT_EQUAL(std::string("checked 2 accounts, 2 conversations and 3 messages\n"), ran.output);
  }

  void eachFaultIsFound() {
    struct Fault {
      const char* change;
      const char* undo;
      const char* said;
    };
    const Fault faults[] = {
        {"UPDATE conversation SET message_count = 7 WHERE id = 1",
         "UPDATE conversation SET message_count = 2 WHERE id = 1", "conversation 1: it has 2 messages, and counts 7\n"},
        {"UPDATE conversation SET last_message_id = 1 WHERE id = 1",
         "UPDATE conversation SET last_message_id = 2 WHERE id = 1",
         "conversation 1: its newest message is 2, it says 1\n"},
        {"UPDATE member SET sent_count = 0 WHERE conversation_id = 1 AND account_id = 2",
         "UPDATE member SET sent_count = 1 WHERE conversation_id = 1 AND account_id = 2",
         "conversation 1, account 2: it has sent 1 messages, and 0 are counted\n"},
        {"UPDATE message_order SET last_at = last_at - 1", "UPDATE message_order SET last_at = last_at + 1",
         "the order of the messages ends before the date of a message\n"},
        {"UPDATE message_order SET last_id = 2", "UPDATE message_order SET last_id = 3",
         "the order of the messages ends at 2, and the newest message is 3\n"},
        {"DELETE FROM message_order", "INSERT INTO message_order VALUES (1, 3, 9000000000000)",
         "the order of the messages has lost its row\n"},
        {"INSERT INTO receipt VALUES (1, 1, 0, 0, 1)", "DELETE FROM receipt",
         "conversation 1, account 1: 1 messages are unread, and 0 are counted\n"},
        {"UPDATE message SET conversation_id = 99 WHERE id = 3", "UPDATE message SET conversation_id = 2 WHERE id = 3",
         "message 3: it has no conversation\n"},
        {"UPDATE message SET body_folded = 'wrong' WHERE id = 1", "UPDATE message SET body_folded = NULL WHERE id = 1",
         "message 1: its text for the search is wrong\n"},
        {"INSERT INTO last_seen VALUES (77, 1)", "DELETE FROM last_seen", "1 last visits without their account\n"},
        {"INSERT INTO erasure VALUES (2, 'x', 1)", "DELETE FROM erasure",
         "account 2: its erasure isn't finished: run 'erase --resume'\n"},
    };
    for (const auto& fault : faults) {
      execute(fault.change);
      const Ran ran = verify();
      CPPUNIT_ASSERT_EQUAL_MESSAGE(fault.change, 409, ran.code);
      CPPUNIT_ASSERT_MESSAGE(std::string(fault.said) + "is not in\n" + ran.output,
                             ran.output.find(fault.said) != std::string::npos);
      execute(fault.undo);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(fault.undo, 0, verify().code);
    }
    if (isMySql()) return;
    execute("INSERT INTO message_search (message_search) VALUES ('delete-all')");
    CPPUNIT_ASSERT(verify().output.find("message 1: it isn't in the search index\n") != std::string::npos);
  }

  FakeSocket ann;
  FakeSocket bob;
};

CHAT_DATABASE_TEST_REGISTRATION(VerifyTest);

}  // namespace chat::test
