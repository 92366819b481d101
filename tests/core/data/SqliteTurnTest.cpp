#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <latch>
#include <thread>

#include "TestDatabase.h"

namespace chat::test {

using Poco::Data::Session;

/// Several servers, or a server and a command, on one file.
class SqliteTurnTest : public OnSqlite {
  CPPUNIT_TEST_SUITE(SqliteTurnTest);
  CPPUNIT_TEST(aServerThatWritesAllTheTimeLetsOthersWrite);
  CPPUNIT_TEST(theLockIsPrivate);
  CPPUNIT_TEST(withoutItsFileEverybodyGoesOn);
  CPPUNIT_TEST_SUITE_END();

  static constexpr int Rounds = 100;

  void aServerThatWritesAllTheTimeLetsOthersWrite() {
    const auto other = another();
    std::atomic<int> commits = 0;
    std::atomic<bool> isDone = false;
    std::latch writes(1);
    std::thread busy([&] {
      for (int i = 0; !isDone; ++i) {
        database().commitTogether(
            [&](Session& session) { insert(session, "busy " + std::to_string(i), std::string(10'000, 'x')); }, {});
        if (++commits == 1) writes.count_down();
      }
    });
    writes.wait();
    int most = 0;
    for (int i = 0; i < Rounds; ++i) {
      const int before = commits;
      const auto write = [&](Session& session) { insert(session, "other " + std::to_string(i)); };
      i % 2 == 0 ? other->transaction(write) : other->commitTogether(write, {});
      most = std::max(most, commits - before);
    }
    isDone = true;
    busy.join();
    // One may have begun before, one may end before the other thread runs again; and threads are stopped now and then.
    CPPUNIT_ASSERT_MESSAGE(std::to_string(most) + " commits before one of another server", most <= 10);
  }

  void theLockIsPrivate() {
    database();
    struct stat found {};
    CPPUNIT_ASSERT_EQUAL(0, ::stat((options().file.string() + "-turn").c_str(), &found));
    CPPUNIT_ASSERT_EQUAL(mode_t{0600}, found.st_mode & 0777);
  }

  void withoutItsFileEverybodyGoesOn() {
    database();
    std::filesystem::remove(options().file.string() + "-turn");
    const auto other = another();
    database().transaction([&](Session& session) { insert(session, "one"); });
    other->transaction([&](Session& session) { insert(session, "two"); });
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, count());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteTurnTest);

}  // namespace chat::test
