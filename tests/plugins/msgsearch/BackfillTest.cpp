#include "msgsearch/Backfill.h"
#include "plugins/msgsearch/SearchFixture.h"

namespace chat::test {

using namespace std::chrono_literals;

/// Messages of before the search index.
class BackfillTest : public SearchFixture {
  CPPUNIT_TEST_SUITE(BackfillTest);
  CPPUNIT_TEST(olderMessagesAreFoundBeforeAndAfter);
  CPPUNIT_TEST(newestFirstInSmallSteps);
  CPPUNIT_TEST(itWaitsForTheEarlierVersionsEnd);
  CPPUNIT_TEST(aNewDatabaseNeedsNone);
  CPPUNIT_TEST(withoutAWriterItDoesNothing);
  CPPUNIT_TEST_SUITE_END();

  std::int64_t readyFrom() { return number("SELECT ready_from FROM search_progress"); }
  void expectAllFound() {
    CPPUNIT_ASSERT_EQUAL(std::string("new Straße,old Straße 2,old Straße 1"), found("strasse"));
    CPPUNIT_ASSERT_EQUAL(std::string("old Straße 2"), found("2"));
    CPPUNIT_ASSERT_EQUAL(std::string("new Straße,old Straße 2,old Straße 1"),
                         texts(searchWith("bob", R"({"query":"straße"})")));
  }

  void olderMessagesAreFoundBeforeAndAfter() {
    send(ann, "bob", "old Straße 1");
    send(ann, "bob", "old Straße 2");
    forgetIndex();
    send(ann, "bob", "new Straße");
    expectAllFound();
    clock.advance(2min);
    msgsearch::Backfill backfill(database(), clock);
    for (int i = 0; i < 2; ++i) backfill.run();
    CPPUNIT_ASSERT(backfill.isDone());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, readyFrom());
    expectAllFound();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, number("SELECT COUNT(*) FROM message WHERE body_folded LIKE '%strasse%'"));
    if (!isMySql()) {
      CPPUNIT_ASSERT_EQUAL(std::int64_t{3},
                           number("SELECT COUNT(*) FROM message_search WHERE message_search MATCH '\"sse\"'"));
    }
  }

  void newestFirstInSmallSteps() {
    addMany(450);
    forgetIndex();
    clock.advance(2min);
    msgsearch::Backfill backfill(database(), clock);
    const std::int64_t newest = number("SELECT MAX(id) FROM message");
    backfill.run();
    CPPUNIT_ASSERT_EQUAL(newest - 199, readyFrom());
    CPPUNIT_ASSERT_EQUAL_MESSAGE("in both parts", std::string("needle"), found("needle"));
    CPPUNIT_ASSERT_EQUAL(std::string("449"), searchWith("bob", R"({"query":"a","page":1})").text("/meta/total"));
    msgsearch::Backfill another(database(), clock);
    another.run();
    CPPUNIT_ASSERT_EQUAL(newest - 399, readyFrom());
    backfill.run();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, readyFrom());
    CPPUNIT_ASSERT_EQUAL(std::string("needle"), found("needle"));
  }

  void itWaitsForTheEarlierVersionsEnd() {
    send(ann, "bob", "old");
    execute("DELETE FROM search_progress");
    support::SearchProgress(database()).begin(support::toMillis(clock.wallTime()));
    msgsearch::Backfill backfill(database(), clock);
    clock.advance(59s);
    backfill.run();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0x7fffffffffffffff}, readyFrom());
    clock.advance(2s);
    backfill.run();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, readyFrom());
  }

  void aNewDatabaseNeedsNone() {
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, readyFrom());
    send(ann, "bob", "first");
    support::SearchProgress(database()).begin(support::toMillis(clock.wallTime()));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("a second start changes nothing", std::int64_t{0}, readyFrom());
  }

  void withoutAWriterItDoesNothing() {
    send(ann, "bob", "old");
    execute("DELETE FROM search_progress");
    msgsearch::Backfill backfill(database(), clock);
    backfill.run();
    CPPUNIT_ASSERT(!backfill.isDone());
    limitTime(100ms);
    CPPUNIT_ASSERT_EQUAL_MESSAGE("all are read", std::string("old"), found("old"));
  }
};

CHAT_DATABASE_TEST_REGISTRATION(BackfillTest);

}  // namespace chat::test
