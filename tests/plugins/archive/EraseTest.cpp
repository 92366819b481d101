#include <Poco/Data/Session.h>
#include <Poco/Logger.h>

#include <atomic>
#include <future>
#include <thread>

#include "archive/removal/EraseCommand.h"
#include "archive/removal/PurgeCommand.h"
#include "archive/removal/Retention.h"
#include "login/LoginHandler.h"
#include "plugins/archive/ArchiveFixture.h"
#include "support/MessageOrder.h"

namespace chat::test {

using namespace std::chrono_literals;
using namespace Poco::Data::Keywords;

/// Command `erase`.
class EraseTest : public ArchiveFixture {
  CPPUNIT_TEST_SUITE(EraseTest);
  CPPUNIT_TEST(whatTheAccountWroteIsGone);
  CPPUNIT_TEST(othersKeepTheirOwnMessages);
  CPPUNIT_TEST(nothingStaysOfAnAccountThatNobodyWroteTo);
  CPPUNIT_TEST(theNameIsFreeAndNobodyLogsInToTheOldAccount);
  CPPUNIT_TEST(tokensAreEnded);
  CPPUNIT_TEST(anInterruptedErasureIsFinished);
  CPPUNIT_TEST(itWaitsForMessagesThatAreUnderWay);
  CPPUNIT_TEST(sendersGoOnMeanwhile);
  CPPUNIT_TEST(afterOldMessagesWereRemoved);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ArchiveFixture::setUp();
    _annId = addUser("Ann", ann);
    addUser("bob", bob);
    addUser("carl", carl);
    _erase = std::make_unique<archive::EraseCommand>(database(), clock);
  }
  void tearDown() override {
    _erase.reset();
    ArchiveFixture::tearDown();
  }

 private:
  std::string erasedName() const { return "deleted." + _annId; }

  void whatTheAccountWroteIsGone() {
    send(ann, "bob", "secret one");
    send(bob, "ann", "answer");
    const std::string third = send(ann, "bob", "secret two");
    send(ann, "ann", "secret note");
    send(carl, "bob", "other");
    read(ann, "bob", third);
    execute("INSERT INTO last_seen VALUES (" + _annId + ", 5)");
    const Ran ran = run(*_erase, {"ANN"});
    CPPUNIT_ASSERT_EQUAL(0, ran.code);
    CPPUNIT_ASSERT_EQUAL(std::string("erased ANN, 3 messages, 0 tokens ended\n"), ran.output);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM message WHERE body LIKE 'secret%'"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM account WHERE name_key LIKE '%ann%'"));
    for (const char* table : {"receipt", "last_seen"}) {
      CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                           number("SELECT COUNT(*) FROM " + std::string(table) + " WHERE account_id = " + _annId));
    }
    CPPUNIT_ASSERT_EQUAL(std::string(), found(bob, "secret"));
    expectSound();
  }

  void othersKeepTheirOwnMessages() {
    send(ann, "bob", "hers");
    send(bob, "ann", "his one");
    send(bob, "ann", "his two");
    send(ann, "bob", "hers again");
    CPPUNIT_ASSERT_EQUAL(2, unread(bob, "Ann"));
    CPPUNIT_ASSERT_EQUAL(0, run(*_erase, {"ann"}).code);
    CPPUNIT_ASSERT_EQUAL(0, unread(bob, erasedName()));
    CPPUNIT_ASSERT_EQUAL(std::string("his two,his one"), page(bob, erasedName()));
    CPPUNIT_ASSERT_EQUAL(std::string("2"), total(bob, erasedName()));
    CPPUNIT_ASSERT_EQUAL(std::string("his two,his one"), found(bob, "his"));
    const Answer answer = bob.send(
        *messages, "messages",
        R"({"data":{"type":"msg","message":{"rid":")" + erasedName() + R"(","message_data":"are you there?"}}})");
    CPPUNIT_ASSERT_EQUAL(404, answer.code());
    expectSound();
  }

  void nothingStaysOfAnAccountThatNobodyWroteTo() {
    send(ann, "bob", "hers");
    send(ann, "ann", "note");
    CPPUNIT_ASSERT_EQUAL(0, run(*_erase, {"ann"}).code);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM account WHERE id = " + _annId));
    for (const char* table : {"conversation", "member", "message", "erasure"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::int64_t{0}, number("SELECT COUNT(*) FROM " + std::string(table)));
    }
    CPPUNIT_ASSERT_EQUAL(-1, unread(bob, "Ann"));
    expectSound();
  }

  void theNameIsFreeAndNobodyLogsInToTheOldAccount() {
    send(bob, "ann", "to the first one");
    CPPUNIT_ASSERT_EQUAL(0, run(*_erase, {"ann"}).code);
    const login::PasswordHasher hasher({1, 8192});
    login::LoginHandler handler(database(), Poco::Logger::get("erase-test"), clock, hasher,
                                login::LoginHandler::Settings{true, 2h});
    const auto logIn = [&](const std::string& name) {
      FakeSocket socket;
      return socket.send(
          handler, "login",
          R"({"data":{"type":"login","user_auth":{"username":")" + name + R"(","password":"a good password"}}})");
    };
    CPPUNIT_ASSERT_EQUAL(401, logIn(erasedName()).code());
    CPPUNIT_ASSERT_EQUAL_MESSAGE("nor is such an account made", 400, logIn("deleted.99999").code());
    const Answer second = logIn("Ann");
    CPPUNIT_ASSERT_EQUAL(std::string("true"), second.text("/meta/created"));
    FakeSocket other;
    other.setIdentity(plugin::Identity{base::UserId{second.text("/data/id")}, "Ann", "credential", std::nullopt});
    CPPUNIT_ASSERT_EQUAL(-1, unread(other, "bob"));
    send(bob, "ann", "to the second one");
    CPPUNIT_ASSERT_EQUAL(std::string("to the second one"), page(other, "bob"));
    expectSound();
  }

  void tokensAreEnded() {
    execute("INSERT INTO session_token VALUES ('" + std::string(64, 'a') + "', " + _annId + ", 1, 99999999999999)");
    CPPUNIT_ASSERT_EQUAL(std::string("erased ann, 0 messages, 1 token ended\n"), run(*_erase, {"ann"}).output);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM session_token"));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("every server reads it within a second", std::int64_t{1},
                                 number("SELECT COUNT(*) FROM ended_token WHERE reason = 'erased'"));
  }

  void anInterruptedErasureIsFinished() {
    for (int i = 0; i < 250; ++i) send(ann, i % 2 == 0 ? "bob" : "carl", "hers");
    send(bob, "ann", "his");
    archive::Erasure erasure(database());
    const auto begun = erasure.begin("ann", support::toMillis(clock.wallTime()));
    erasure.goOn(begun->accountId);
    const auto left = number("SELECT COUNT(*) FROM message WHERE body = 'hers'");
    CPPUNIT_ASSERT(left > 0 && left < 250);

    archive::Retention retention(database(), clock, std::chrono::days(0));
    for (int i = 0; i < 3; ++i) retention.run();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("the command may still be working", left,
                                 number("SELECT COUNT(*) FROM message WHERE body = 'hers'"));
    clock.advance(2min);
    retention.run();
    CPPUNIT_ASSERT(number("SELECT COUNT(*) FROM message WHERE body = 'hers'") < left);
    CPPUNIT_ASSERT_EQUAL(std::string("finished 1 erasure\n"), run(*_erase, {"--resume"}).output);
    CPPUNIT_ASSERT_EQUAL(std::string("finished 0 erasures\n"), run(*_erase, {"--resume"}).output);
    CPPUNIT_ASSERT_EQUAL(std::string("his"), page(bob, erasedName()));
    expectSound();
  }

  // Somebody has read that Ann is a valid user, and stores a message of hers.
  void itWaitsForMessagesThatAreUnderWay() {
    if (!isMySql()) return;  // SQLite has one writer at a time
    send(ann, "bob", "hers");
    const auto writer = another();
    std::future<Ran> erasing;
    writer->transaction([&](Poco::Data::Session& session) {
      auto order = support::MessageOrder::lock(*writer, session);
      const std::string id = std::to_string(++order.newest);
      erasing = std::async(std::launch::async, [&] { return run(*_erase, {"ann"}); });
      CPPUNIT_ASSERT(isWaitedFor(erasing));
      session << "INSERT INTO message (id, conversation_id, sender_id, created_at, body) SELECT " + id + ", id, " +
                     _annId + ", 1, 'under way' FROM conversation",
          now;
      session << "UPDATE conversation SET message_count = 2, last_message_id = " + id, now;
      session << "UPDATE member SET sent_count = 2 WHERE account_id = " + _annId, now;
      order.store(session);
    });
    CPPUNIT_ASSERT_EQUAL(std::string("erased ann, 2 messages, 0 tokens ended\n"), erasing.get().output);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM message"));
    expectSound();
  }
  /// Whether it waits for a row's lock before it ends. The server's list of transactions is up to 100 ms old.
  bool isWaitedFor(std::future<Ran>& running) {
    while (running.wait_for(150ms) != std::future_status::ready) {
      if (number("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'") > 0) return true;
    }
    return false;
  }

  // Bob writes to Carl and to Ann, and reads, while she is erased.
  void sendersGoOnMeanwhile() {
    for (int i = 0; i < 300; ++i) send(ann, "bob", "hers");
    std::atomic<bool> isDone = false;
    std::atomic<int> refused = 0;
    std::thread sender([&] {
      for (int i = 0; !isDone; ++i) {
        const Answer toCarl =
            bob.send(*messages, "messages", R"({"data":{"type":"msg","message":{"rid":"carl","message_data":"x"}}})");
        if (toCarl.status != 0) ++refused;
        const Answer toAnn =
            bob.send(*messages, "messages", R"({"data":{"type":"msg","message":{"rid":"ann","message_data":"y"}}})");
        if (toAnn.status != 0 && toAnn.code() != 404) ++refused;
        carl.send(*receipts, "receipts",
                  R"({"data":{"type":"receipt","receipt":{"rid":"bob","read":")" + toCarl.text("/data/id") + R"("}}})");
      }
    });
    const Ran ran = run(*_erase, {"ann"});
    isDone = true;
    sender.join();
    CPPUNIT_ASSERT_EQUAL(0, ran.code);
    CPPUNIT_ASSERT_EQUAL(0, refused.load());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM message WHERE body = 'hers'"));
    expectSound();
  }

  void afterOldMessagesWereRemoved() {
    send(bob, "ann", "old");
    send(ann, "bob", "old too");
    clock.advance(2h);
    send(bob, "ann", "new");
    archive::PurgeCommand purge(database(), clock);
    CPPUNIT_ASSERT_EQUAL(0, run(purge, {"--older-than", "1h"}).code);
    CPPUNIT_ASSERT_EQUAL(0, run(*_erase, {"ann"}).code);
    CPPUNIT_ASSERT_EQUAL(std::string("new"), page(bob, erasedName()));
    expectSound();
    clock.advance(2h);
    CPPUNIT_ASSERT_EQUAL(0, run(purge, {"--older-than", "1h"}).code);
    CPPUNIT_ASSERT_EQUAL(-1, unread(bob, erasedName()));
    expectSound();
  }

  void whatIsRefused() {
    CPPUNIT_ASSERT_EQUAL(400, run(*_erase, {}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_erase, {"ann", "bob"}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_erase, {"--resume", "ann"}).code);
    CPPUNIT_ASSERT_EQUAL(404, run(*_erase, {"nobody"}).code);
    CPPUNIT_ASSERT_EQUAL(404, run(*_erase, {"not a name"}).code);
    CPPUNIT_ASSERT_EQUAL(0, run(*_erase, {"ann"}).code);
    CPPUNIT_ASSERT_EQUAL(404, run(*_erase, {"ann"}).code);
    CPPUNIT_ASSERT_EQUAL(404, run(*_erase, {erasedName()}).code);
  }

  FakeSocket ann;
  FakeSocket bob;
  FakeSocket carl;
  std::string _annId;
  std::unique_ptr<archive::EraseCommand> _erase;
};

CHAT_DATABASE_TEST_REGISTRATION(EraseTest);

}  // namespace chat::test
