#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "TestDatabase.h"
#include "data/Text.h"

namespace chat::test {

using data::DuplicateKey;
using data::Text;
using data::Unavailable;
using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using namespace std::chrono_literals;

namespace {
struct OwnError {
  int code;
};
}  // namespace

/// The contract of Database, the same on each engine.
template <typename Engine>
class DatabaseCases : public Engine {
  CPPUNIT_TEST_SUITE(DatabaseCases);
  CPPUNIT_TEST(textComesBackByteForByte);
  CPPUNIT_TEST(nullTextIsNull);
  CPPUNIT_TEST(committedWorkStays);
  CPPUNIT_TEST(failedWorkIsUndone);
  CPPUNIT_TEST(ownExceptionsComeOutAsTheyAre);
  CPPUNIT_TEST(autocommitIsOnAfterTransactions);
  CPPUNIT_TEST(aReadersOpenTransactionIsRolledBack);
  CPPUNIT_TEST(duplicateKeysHaveTheirOwnException);
  CPPUNIT_TEST(otherErrorsAreNotDuplicates);
  CPPUNIT_TEST(withoutAFreeSessionItIsUnavailable);
  CPPUNIT_TEST(commitNeedsNoCallersSession);
  CPPUNIT_TEST(readersAndWritersTogether);
  CPPUNIT_TEST(aSnapshotIsOfOneMoment);
  CPPUNIT_TEST(pingAnswers);
  CPPUNIT_TEST_SUITE_END();

  std::string stored(const std::string& text) {
    this->database().transaction([&](Session& session) { this->insert(session, "text", text); });
    Text found;
    this->database().read([&](Session& session) { session << "SELECT body FROM numbered", into(found), now; });
    this->database().transaction([](Session& session) { session << "DELETE FROM numbered", now; });
    return found.value;
  }

  void textComesBackByteForByte() {
    std::string emoji;
    for (int i = 0; i < 4096; ++i) emoji += "\xf0\x9f\x99\x82";
    const std::string texts[] = {"",
                                 "plain",
                                 " spaces ",
                                 std::string("a\0b\0", 4),
                                 std::string("\0", 1),
                                 "'\"\\%_",
                                 "日本",
                                 "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80",
                                 "\xef\xbf\xbf\r\n",
                                 emoji};
    for (const std::string& text : texts) CPPUNIT_ASSERT(text == stored(text));
  }

  void nullTextIsNull() {
    this->database().transaction(
        [](Session& session) { session << "INSERT INTO numbered (name, body) VALUES ('n', NULL)", now; });
    Poco::Nullable<Text> found(Text{"before"});
    this->database().read([&](Session& session) { session << "SELECT body FROM numbered", into(found), now; });
    CPPUNIT_ASSERT(found.isNull());
  }

  void committedWorkStays() {
    this->database().transaction([this](Session& session) { this->insert(session, "kept"); });
    this->closeDatabase();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, this->count("name = 'kept'"));
  }

  void failedWorkIsUndone() {
    const auto work = [this](Session& session) {
      this->insert(session, "undone");
      throw std::runtime_error("no");
    };
    CPPUNIT_ASSERT_THROW(this->database().transaction(work), std::runtime_error);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, this->count());
  }

  void ownExceptionsComeOutAsTheyAre() {
    const auto work = [](Session&) { throw OwnError{7}; };
    CPPUNIT_ASSERT_THROW(this->database().read(work), OwnError);
    CPPUNIT_ASSERT_THROW(this->database().transaction(work), OwnError);
    CPPUNIT_ASSERT_THROW(this->database().commitTogether(work, {}), OwnError);
  }

  // Poco 1.11 leaves autocommit off after a transaction: the next write would be lost with the connection.
  void autocommitIsOnAfterTransactions() {
    this->options().sessions = 1;
    this->database().transaction([this](Session& session) { this->insert(session, "one"); });
    CPPUNIT_ASSERT_THROW(this->database().transaction([](Session&) { throw OwnError{1}; }), OwnError);
    this->database().read([this](Session& session) { this->insert(session, "two"); });
    this->closeDatabase();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, this->count());
  }

  void aReadersOpenTransactionIsRolledBack() {
    this->options().sessions = 1;
    this->database().read([this](Session& session) {
      session.begin();
      this->insert(session, "forgotten");
    });
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, this->count());
    this->database().read([this](Session& session) { this->insert(session, "after"); });
    this->closeDatabase();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, this->count());
  }

  void duplicateKeysHaveTheirOwnException() {
    const auto work = [this](Session& session) { this->insert(session, "same"); };
    this->database().transaction(work);
    CPPUNIT_ASSERT_THROW(this->database().transaction(work), DuplicateKey);
    CPPUNIT_ASSERT_THROW(this->database().commitTogether(work, {}), DuplicateKey);
    CPPUNIT_ASSERT_THROW(this->database().read(work), DuplicateKey);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, this->count());
  }

  void otherErrorsAreNotDuplicates() {
    const auto nothing = [](Session& session) { session << "INSERT INTO numbered (name) VALUES (NULL)", now; };
    const auto nowhere = [](Session& session) { session << "SELECT 1 FROM nowhere", now; };
    CPPUNIT_ASSERT_THROW(this->database().transaction(nothing), Poco::Exception);
    CPPUNIT_ASSERT_THROW(this->database().read(nowhere), Poco::Exception);
  }

  void withoutAFreeSessionItIsUnavailable() {
    this->options().sessions = 1;
    this->options().wait = 50ms;
    this->database();
    std::promise<void> release;
    std::promise<void> busy;
    std::thread holder([&] {
      this->database().read([&](Session&) {
        busy.set_value();
        release.get_future().wait();
      });
    });
    busy.get_future().wait();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, this->database().sessionsInUse());
    const auto before = std::chrono::steady_clock::now();
    CPPUNIT_ASSERT_THROW(this->database().read([](Session&) {}), Unavailable);
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - before >= 50ms);
    release.set_value();
    holder.join();
    this->database().read([](Session&) {});
  }

  void commitNeedsNoCallersSession() {
    this->options().sessions = 1;
    this->database().read([this](Session&) {
      this->database().commitTogether([this](Session& session) { this->insert(session, "beside"); }, {});
    });
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, this->count());
  }

  void readersAndWritersTogether() {
    this->options().sessions = 4;
    this->options().wait = 20s;
    this->database();
    std::atomic<int> failures = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          const std::string name = std::to_string(t) + "-" + std::to_string(i);
          try {
            const auto work = [&](Session& session) { this->insert(session, name); };
            if (t % 2 == 0) this->database().transaction(work);
            if (t % 2 == 1) this->database().commitTogether(work, {});
            if (this->count("name = '" + name + "'") != 1) ++failures;
          } catch (const std::exception&) {
            ++failures;
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CPPUNIT_ASSERT_EQUAL(0, failures.load());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{120}, this->count());
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, this->database().sessionsInUse());
  }

  // Writers don't wait for it, and it doesn't see what they do; its time isn't limited as a request's is.
  void aSnapshotIsOfOneMoment() {
    this->options().statementTimeout = base::Duration(100);
    this->options().wait = base::Duration(100);
    this->database().transaction([this](Session& session) { this->insert(session, "before"); });
    this->database().readSnapshot([this](Session& session) {
      const auto count = [&session] {
        int rows = 0;
        session << "SELECT COUNT(*) FROM numbered", into(rows), now;
        return rows;
      };
      CPPUNIT_ASSERT_EQUAL(1, count());
      const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(400);
      for (int i = 0; i < 3 || std::chrono::steady_clock::now() < end; ++i) {
        this->database().transaction([&](Session& other) { this->insert(other, "meanwhile " + std::to_string(i)); });
        CPPUNIT_ASSERT_EQUAL(1, count());
      }
    });
    int rows = 0;
    this->database().read([&](Session& session) { session << "SELECT COUNT(*) FROM numbered", into(rows), now; });
    CPPUNIT_ASSERT(rows > 3);
  }

  void pingAnswers() { this->database().ping(); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseCases<OnSqlite>);
static const RegisterWithMySql<DatabaseCases<OnMySql>> OnServer;

}  // namespace chat::test
