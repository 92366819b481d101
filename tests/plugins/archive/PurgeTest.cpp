#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include "archive/CommandLineOnly.h"
#include "archive/removal/PurgeCommand.h"
#include "archive/removal/Retention.h"
#include "plugin/api/AppError.h"
#include "plugins/archive/ArchiveFixture.h"

namespace chat::test {

using namespace std::chrono_literals;

/// Command `purge`, and the removal of old messages by the server.
class PurgeTest : public ArchiveFixture {
  CPPUNIT_TEST_SUITE(PurgeTest);
  CPPUNIT_TEST(oldMessagesAreRemoved);
  CPPUNIT_TEST(unreadCountsStayRight);
  CPPUNIT_TEST(aConversationWithoutMessagesIsGone);
  CPPUNIT_TEST(readingInTheMiddleCountsRightAfterwards);
  CPPUNIT_TEST(aCheckRemovesNothing);
  CPPUNIT_TEST(messagesThatTheSearchHasNotReadyYet);
  CPPUNIT_TEST(theServerRemovesByAge);
  CPPUNIT_TEST(oneServerAtATime);
  CPPUNIT_TEST(aServerThatStopsLeavesItToTheNext);
  CPPUNIT_TEST(sendersAndReadersGoOnMeanwhile);
  CPPUNIT_TEST(twoCommandsAtOnceRemoveEachMessageOnce);
  CPPUNIT_TEST(aCommandIsAloneInItsProcess);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ArchiveFixture::setUp();
    addUser("Ann", ann);
    addUser("bob", bob);
    addUser("carl", carl);
    _purge = std::make_unique<archive::PurgeCommand>(database(), clock);
  }
  void tearDown() override {
    _purge.reset();
    ArchiveFixture::tearDown();
  }

 private:
  std::string purge(const std::string& age) {
    const Ran ran = run(*_purge, {"--older-than", age});
    CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.detail, 0, ran.code);
    return ran.output.substr(0, ran.output.find(" from"));
  }

  void oldMessagesAreRemoved() {
    send(ann, "bob", "old one");
    send(bob, "ann", "old two");
    clock.advance(std::chrono::hours(24 * 40));
    send(ann, "bob", "new one");
    CPPUNIT_ASSERT_EQUAL(std::string("removed 2 messages"), purge("30d"));
    CPPUNIT_ASSERT_EQUAL(std::string("new one"), page(ann, "bob"));
    CPPUNIT_ASSERT_EQUAL(std::string("1"), total(ann, "bob"));
    CPPUNIT_ASSERT_EQUAL(std::string("new one"), found(bob, "one"));
    CPPUNIT_ASSERT_EQUAL(std::string("removed 0 messages"), purge("30d"));
    expectSound();
    send(bob, "ann", "newer");
    CPPUNIT_ASSERT_EQUAL(std::string("newer,new one"), page(ann, "bob"));
    expectSound();
  }

  void unreadCountsStayRight() {
    const std::string first = send(bob, "ann", "1");
    send(bob, "ann", "2");
    send(bob, "ann", "3");
    send(ann, "bob", "4");
    read(ann, "bob", first);
    clock.advance(2h);
    const std::string fifth = send(bob, "ann", "5");
    send(bob, "ann", "6");
    CPPUNIT_ASSERT_EQUAL(4, unread(ann, "bob"));
    CPPUNIT_ASSERT_EQUAL(1, unread(bob, "Ann"));
    CPPUNIT_ASSERT_EQUAL(std::string("removed 4 messages"), purge("1h"));
    CPPUNIT_ASSERT_EQUAL(2, unread(ann, "bob"));
    CPPUNIT_ASSERT_EQUAL(0, unread(bob, "Ann"));
    read(ann, "bob", fifth);
    CPPUNIT_ASSERT_EQUAL(1, unread(ann, "bob"));
    send(bob, "ann", "7");
    CPPUNIT_ASSERT_EQUAL(2, unread(ann, "bob"));
    expectSound();
  }

  void aConversationWithoutMessagesIsGone() {
    const std::string only = send(ann, "bob", "old");
    read(bob, "ann", only);
    clock.advance(2h);
    send(ann, "carl", "new");
    purge("1h");
    CPPUNIT_ASSERT_EQUAL(-1, unread(bob, "Ann"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM conversation"));
    send(bob, "ann", "again");
    CPPUNIT_ASSERT_EQUAL(1, unread(ann, "bob"));
    CPPUNIT_ASSERT_EQUAL(std::string("again"), page(bob, "ann"));
    expectSound();
  }

  // From whichever end the messages are counted.
  void readingInTheMiddleCountsRightAfterwards() {
    std::vector<std::string> ids;
    const auto sendSome = [&] {
      for (int i = 0; i < 40; ++i) ids.push_back(send(i % 3 == 0 ? ann : bob, i % 3 == 0 ? "bob" : "ann", "m"));
    };
    sendSome();
    read(ann, "bob", ids[10]);
    clock.advance(2h);
    sendSome();
    CPPUNIT_ASSERT_EQUAL(std::string("removed 40 messages"), purge("2h"));
    expectSound();
    for (const std::size_t at : {45U, 60U, 78U}) {
      read(ann, "bob", ids[at]);
      read(bob, "ann", ids[at]);
      expectSound();
    }
    read(ann, "bob", ids.back());
    CPPUNIT_ASSERT_EQUAL(0, unread(ann, "bob"));
  }

  void aCheckRemovesNothing() {
    send(ann, "bob", "old");
    clock.advance(2h);
    const Ran ran = run(*_purge, {"--older-than", "1h", "--dry-run"});
    CPPUNIT_ASSERT_EQUAL(std::string("1 message from before "), ran.output.substr(0, 22));
    CPPUNIT_ASSERT_EQUAL(std::string("old"), page(ann, "bob"));
  }

  void messagesThatTheSearchHasNotReadyYet() {
    send(ann, "bob", "unprepared");
    if (!isMySql()) execute("INSERT INTO message_search (message_search) VALUES ('delete-all')");
    execute("UPDATE search_progress SET ready_from = 9000000");
    clock.advance(2h);
    CPPUNIT_ASSERT_EQUAL(std::string("removed 1 message"), purge("1h"));
    execute("UPDATE search_progress SET ready_from = 0");
    send(ann, "bob", "prepared");
    CPPUNIT_ASSERT_EQUAL(std::string("prepared"), found(ann, "prepared"));
  }

  void theServerRemovesByAge() {
    for (int i = 0; i < 250; ++i) send(ann, "bob", "old");
    clock.advance(std::chrono::hours(24 * 8));
    send(ann, "bob", "new");
    archive::Retention keeps(database(), clock, std::chrono::days(0));
    for (int i = 0; i < 5; ++i) keeps.run();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("zero keeps all", std::int64_t{251}, number("SELECT COUNT(*) FROM message"));
    clock.advance(2min);  // beyond the lease of that one
    archive::Retention retention(database(), clock, std::chrono::days(7));
    retention.run();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("in small steps", std::int64_t{151}, number("SELECT COUNT(*) FROM message"));
    for (int i = 0; i < 5; ++i) retention.run();
    CPPUNIT_ASSERT_EQUAL(std::string("new"), page(ann, "bob"));
    clock.advance(std::chrono::hours(24 * 8));
    for (int i = 0; i < 2; ++i) retention.run();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM message"));
    expectSound();
  }

  void oneServerAtATime() {
    for (int i = 0; i < 250; ++i) send(ann, "bob", "old");
    clock.advance(std::chrono::hours(24 * 8));
    std::optional<archive::Retention> first(std::in_place, database(), clock, std::chrono::days(7));
    archive::Retention second(database(), clock, std::chrono::days(7));
    first->run();
    second.run();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{150}, number("SELECT COUNT(*) FROM message"));
    clock.advance(2min);
    second.run();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("the first one was killed", std::int64_t{50}, number("SELECT COUNT(*) FROM message"));
    first.emplace(database(), clock, std::chrono::days(7));
    first->run();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, number("SELECT COUNT(*) FROM message"));
  }

  void aServerThatStopsLeavesItToTheNext() {
    for (int i = 0; i < 150; ++i) send(ann, "bob", "old");
    clock.advance(std::chrono::hours(24 * 8));
    archive::Retention(database(), clock, std::chrono::days(7)).run();
    archive::Retention(database(), clock, std::chrono::days(7)).run();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM message"));
  }

  void sendersAndReadersGoOnMeanwhile() {
    for (int i = 0; i < 400; ++i) send(i % 2 == 0 ? ann : bob, i % 2 == 0 ? "bob" : "ann", "old");
    clock.advance(3h);
    std::atomic<bool> isDone = false;
    std::atomic<int> refused = 0;
    std::thread sender([&] {
      while (!isDone) {
        const Answer sent =
            bob.send(*messages, "messages", R"({"data":{"type":"msg","message":{"rid":"ann","message_data":"x"}}})");
        if (sent.status != 0) ++refused;
        const Answer read = ann.send(
            *receipts, "receipts",
            R"({"data":{"type":"receipt","receipt":{"rid":"bob","read":")" + sent.text("/data/id") + R"("}}})");
        if (read.status != 0) ++refused;
      }
    });
    const std::string purged = purge("1h");
    isDone = true;
    sender.join();
    CPPUNIT_ASSERT_EQUAL(std::string("removed 400 messages"), purged);
    CPPUNIT_ASSERT_EQUAL(0, refused.load());
    CPPUNIT_ASSERT_EQUAL(0, unread(ann, "bob"));
    expectSound();
  }

  void twoCommandsAtOnceRemoveEachMessageOnce() {
    for (int i = 0; i < 600; ++i) send(i % 2 == 0 ? ann : bob, i % 2 == 0 ? "bob" : "ann", "old");
    clock.advance(3h);
    send(bob, "ann", "new");
    const auto other = another();
    archive::PurgeCommand second(*other, clock);
    auto running = std::async(std::launch::async, [&] { return run(second, {"--older-than", "1h"}); });
    const Ran first = run(*_purge, {"--older-than", "1h"});
    const auto countOf = [](const Ran& ran) { return std::stoi(ran.output.substr(std::string("removed ").size())); };
    CPPUNIT_ASSERT_EQUAL(600, countOf(first) + countOf(running.get()));
    CPPUNIT_ASSERT_EQUAL(1, unread(ann, "bob"));
    expectSound();
  }

  void aCommandIsAloneInItsProcess() {
    send(ann, "bob", "old");
    clock.advance(std::chrono::hours(24 * 8));
    archive::Retention retention(database(), clock, std::chrono::days(7));
    archive::CommandLineOnly command(*_purge, retention);
    FakeCommand requested({"--older-than", "1h"}, "", false);
    CPPUNIT_ASSERT_THROW(command.run(requested), plugin::AppError);
    CPPUNIT_ASSERT_EQUAL(std::string("old"), page(ann, "bob"));
    CPPUNIT_ASSERT_EQUAL(0, run(command, {"--older-than", "1y"}).code);
    retention.run();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("the server's own removal doesn't run beside it", std::string("old"),
                                 page(ann, "bob"));
  }

  void whatIsRefused() {
    CPPUNIT_ASSERT_EQUAL(400, run(*_purge, {}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_purge, {"--older-than", "soon"}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_purge, {"--older-than", "30d", "ann"}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_purge, {"--younger-than", "30d"}).code);
  }

  FakeSocket ann;
  FakeSocket bob;
  FakeSocket carl;
  std::unique_ptr<archive::PurgeCommand> _purge;
};

CHAT_DATABASE_TEST_REGISTRATION(PurgeTest);

}  // namespace chat::test
