#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <stdexcept>

#include "TestDatabase.h"

namespace chat::test {

using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using namespace std::chrono_literals;

/// Cases of SQLite only.
class SqliteTest : public OnSqlite {
  CPPUNIT_TEST_SUITE(SqliteTest);
  CPPUNIT_TEST(sessionsAreDurableAndStrict);
  CPPUNIT_TEST(theFileIsPrivate);
  CPPUNIT_TEST(readersDoNotWaitForTheWriter);
  CPPUNIT_TEST(oneWriterAtATime);
  CPPUNIT_TEST(aNewFileThatAnotherServerMakesIsWaitedFor);
  CPPUNIT_TEST(memoryIsRefused);
  CPPUNIT_TEST(anUnwritablePlaceIsUnavailable);
  CPPUNIT_TEST_SUITE_END();

  void sessionsAreDurableAndStrict() {
    std::string journal;
    int synchronous = 0;
    int foreignKeys = 0;
    database().read([&](Session& session) {
      session << "PRAGMA journal_mode", into(journal), now;
      session << "PRAGMA synchronous", into(synchronous), now;
      session << "PRAGMA foreign_keys", into(foreignKeys), now;
    });
    CPPUNIT_ASSERT_EQUAL(std::string("wal"), journal);
    CPPUNIT_ASSERT_EQUAL(2, synchronous);
    CPPUNIT_ASSERT_EQUAL(1, foreignKeys);
  }

  void theFileIsPrivate() {
    using std::filesystem::perms;
    database().transaction([this](Session& session) { insert(session, "a"); });
    for (const char* suffix : {"", "-wal"}) {
      const auto file = std::filesystem::path(options().file.string() + suffix);
      CPPUNIT_ASSERT((std::filesystem::status(file).permissions() & (perms::group_all | perms::others_all)) ==
                     perms::none);
    }
  }

  void readersDoNotWaitForTheWriter() {
    database().transaction([this](Session& session) {
      insert(session, "not yet");
      CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count());
    });
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count());
  }

  void oneWriterAtATime() {
    options().wait = 50ms;
    database().transaction([this](Session&) {
      CPPUNIT_ASSERT_THROW(database().transaction([](Session&) {}), data::Unavailable);
      CPPUNIT_ASSERT_THROW(database().commitTogether([](Session&) {}, {}), data::Unavailable);
    });
    // The same for a second process, whose lock is in the file.
    const auto other = another();
    database().transaction(
        [&](Session&) { CPPUNIT_ASSERT_THROW(other->transaction([](Session&) {}), data::Unavailable); });
    other->transaction([this](Session& session) { insert(session, "a"); });
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count());
  }

  // The other process is just changing the new file's journal to WAL mode, during which SQLite refuses at once.
  void aNewFileThatAnotherServerMakesIsWaitedFor() {
    options().wait = 100ms;
    Poco::Data::SQLite::Connector::registerConnector();
    std::filesystem::create_directories(options().file.parent_path());
    Session other(Poco::Data::SQLite::Connector::KEY, options().file.string());
    other << "PRAGMA journal_mode = DELETE", now;
    other << "BEGIN IMMEDIATE", now;
    const auto begin = std::chrono::steady_clock::now();
    CPPUNIT_ASSERT_THROW(another(), data::Unavailable);
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begin >= options().wait);
    other << "COMMIT", now;
    CPPUNIT_ASSERT_NO_THROW(another());
  }

  void memoryIsRefused() {
    options().file = ":memory:";
    CPPUNIT_ASSERT_THROW(data::SqlDatabase{options()}, std::invalid_argument);
  }

  void anUnwritablePlaceIsUnavailable() {
    folder().write("file", "");
    options().file = folder().path() / "file" / "test.db";
    CPPUNIT_ASSERT_THROW(data::SqlDatabase(options()).start(), data::Unavailable);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SqliteTest);

}  // namespace chat::test
