#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Net/ServerSocket.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

#include "CuttingProxy.h"
#include "TestDatabase.h"

namespace chat::test {

using data::Unavailable;
using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

/// Cases of MySQL and MariaDB only: connections break, transactions deadlock.
class MySqlTest : public OnMySql {
  CPPUNIT_TEST_SUITE(MySqlTest);
  CPPUNIT_TEST(theDatabaseIsMadeInUtf8);
  CPPUNIT_TEST(sessionsAreSetUp);
  CPPUNIT_TEST(aConnectionKilledWhileIdleIsReplaced);
  CPPUNIT_TEST(readinessFindsItsWayBack);
  CPPUNIT_TEST(aLossThatTheWorkHidesIsNoticed);
  CPPUNIT_TEST(aHiddenConnectionLossIsNotCommitted);
  CPPUNIT_TEST(aSessionThatTakesNothingIsReplaced);
  CPPUNIT_TEST(aReadIsRepeatedOnce);
  CPPUNIT_TEST(aTransactionIsRepeatedWhole);
  CPPUNIT_TEST(aGroupIsRepeatedWhole);
  CPPUNIT_TEST(aGroupThatKeepsLosingIsUnavailable);
  CPPUNIT_TEST(commitWhoseAnswerIsLostIsNotRepeated);
  CPPUNIT_TEST(commitThatNeverArrivedIsRepeated);
  CPPUNIT_TEST(aTransactionsLostCommitIsUnavailable);
  CPPUNIT_TEST(deadlocksAreRepeated);
  CPPUNIT_TEST(aHiddenDeadlockIsNotCommitted);
  CPPUNIT_TEST(aGroupSurvivesADeadlock);
  CPPUNIT_TEST(aLockIsFollowedByTheNewestRows);
  CPPUNIT_TEST(slowStatementsAreUnavailable);
  CPPUNIT_TEST(anAbsentServerIsUnavailable);
  CPPUNIT_TEST(aWrongPasswordIsUnavailableAndNotShown);
  CPPUNIT_TEST(passwordsThatPocoCannotPassAreRefused);
  CPPUNIT_TEST_SUITE_END();

  static Poco::UInt64 connectionOf(Session& session) {
    Poco::UInt64 id = 0;
    session << "SELECT CONNECTION_ID()", into(id), now;
    return id;
  }

  /// Uses a connection of its own.
  void kill(Poco::UInt64 connection) {
    if (!_killer) _killer = another();
    _killer->read([&](Session& session) { session << "KILL " + std::to_string(connection), now; });
  }

 public:
  void tearDown() override {
    _killer.reset();
    OnMySql::tearDown();
  }

 private:
  void theDatabaseIsMadeInUtf8() {
    std::string characters;
    database().read([&](Session& session) { session << "SELECT @@character_set_database", into(characters), now; });
    CPPUNIT_ASSERT_EQUAL(std::string("utf8mb4"), characters);
  }

  void sessionsAreSetUp() {
    std::string characters;
    std::string zone;
    std::string mode;
    std::string isolation;
    std::string name;
    database().read([&](Session& session) {
      session << "SELECT @@character_set_connection", into(characters), now;
      session << "SELECT @@time_zone", into(zone), now;
      session << "SELECT @@sql_mode", into(mode), now;
      // MySQL and MariaDB have different names for it.
      session << "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')", into(name),
          into(isolation), limit(1), now;
    });
    CPPUNIT_ASSERT_EQUAL(std::string("utf8mb4"), characters);
    CPPUNIT_ASSERT_EQUAL(std::string("+00:00"), zone);
    CPPUNIT_ASSERT(mode.find("STRICT_TRANS_TABLES") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(std::string("READ-COMMITTED"), isolation);
  }

  void aConnectionKilledWhileIdleIsReplaced() {
    options().sessions = 1;
    options().probeAfterIdle = -1ms;
    Poco::UInt64 first = 0;
    Poco::UInt64 second = 0;
    database().read([&](Session& session) { first = connectionOf(session); });
    kill(first);
    int runs = 0;
    database().read([&](Session& session) {
      ++runs;
      second = connectionOf(session);
    });
    CPPUNIT_ASSERT(first != second);
    CPPUNIT_ASSERT_EQUAL(1, runs);
  }

  // As after a restart of the database without any writes: only the readiness check uses it.
  void readinessFindsItsWayBack() {
    options().sessions = 3;
    database();
    std::latch all(3);
    std::vector<std::thread> threads;
    std::vector<Poco::UInt64> connections(3);
    for (auto& connection : connections) {
      threads.emplace_back([&] {
        database().read([&](Session& session) {
          connection = connectionOf(session);
          all.arrive_and_wait();
        });
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const auto connection : connections) kill(connection);
    CPPUNIT_ASSERT_NO_THROW(database().ping());
  }

  void aLossThatTheWorkHidesIsNoticed() {
    options().sessions = 1;
    database().read([&](Session& session) {
      kill(connectionOf(session));
      CPPUNIT_ASSERT_THROW(connectionOf(session), Poco::Exception);
    });
    int runs = 0;
    database().read([&](Session& session) {
      ++runs;
      connectionOf(session);
    });
    CPPUNIT_ASSERT_EQUAL(1, runs);
  }

  void aHiddenConnectionLossIsNotCommitted() {
    int runs = 0;
    database().transaction([&](Session& session) {
      insert(session, "whole");
      if (++runs > 1) return;
      kill(connectionOf(session));
      CPPUNIT_ASSERT_THROW(connectionOf(session), Poco::Exception);
    });
    CPPUNIT_ASSERT_EQUAL(2, runs);
    CPPUNIT_ASSERT((names() == Names{"whole"}));
  }

  // As after a failover: the session's server doesn't accept writes any more.
  void aSessionThatTakesNothingIsReplaced() {
    options().sessions = 1;
    const auto makeReadOnly = [](Session& session) { session << "SET SESSION TRANSACTION READ ONLY", now; };
    const auto write = [this](Session& session) { insert(session, "a" + std::to_string(count())); };
    database().read(makeReadOnly);
    CPPUNIT_ASSERT_THROW(database().transaction([this](Session& session) { insert(session, "a"); }), Unavailable);
    database().transaction([this](Session& session) { insert(session, "a"); });
    database().commitTogether(makeReadOnly, {});
    CPPUNIT_ASSERT_THROW(database().commitTogether(write, {}), Unavailable);
    database().commitTogether(write, {});
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, count());
  }

  void aReadIsRepeatedOnce() {
    int runs = 0;
    database().read([&](Session& session) {
      if (++runs == 1) kill(connectionOf(session));
      connectionOf(session);
    });
    CPPUNIT_ASSERT_EQUAL(2, runs);
    const auto always = [&](Session& session) {
      ++runs;
      kill(connectionOf(session));
      connectionOf(session);
    };
    runs = 0;
    CPPUNIT_ASSERT_THROW(database().read(always), Unavailable);
    CPPUNIT_ASSERT_EQUAL(2, runs);
    database().ping();
  }

  void aTransactionIsRepeatedWhole() {
    int runs = 0;
    database().transaction([&](Session& session) {
      insert(session, "first half");
      if (++runs == 1) kill(connectionOf(session));
      insert(session, "second half");
    });
    CPPUNIT_ASSERT_EQUAL(2, runs);
    CPPUNIT_ASSERT((names() == Names{"first half", "second half"}));
  }

  void aGroupIsRepeatedWhole() {
    int runs = 0;
    int told = 0;
    database().commitTogether(
        [&](Session& session) {
          insert(session, "first half");
          if (++runs == 1) kill(connectionOf(session));
          insert(session, "second half");
        },
        [&] { ++told; });
    CPPUNIT_ASSERT_EQUAL(2, runs);
    CPPUNIT_ASSERT_EQUAL(1, told);
    CPPUNIT_ASSERT((names() == Names{"first half", "second half"}));
  }

  void aGroupThatKeepsLosingIsUnavailable() {
    const auto work = [&](Session& session) {
      insert(session, "never");
      kill(connectionOf(session));
      connectionOf(session);
    };
    CPPUNIT_ASSERT_THROW(database().commitTogether(work, {}), Unavailable);
    database().commitTogether([&](Session& session) { insert(session, "later"); }, {});
    CPPUNIT_ASSERT((names() == Names{"later"}));
  }

  void throughProxy(CuttingProxy::Cut cut, int expectedRuns) {
    CuttingProxy proxy(options().host, options().port);
    options().port = proxy.port();
    int runs = 0;
    int told = 0;
    const auto work = [&](Session& session) {
      ++runs;
      insert(session, "once " + std::to_string(runs));
    };
    database();
    proxy.cutNext(cut);
    database().commitTogether(work, [&] { ++told; });
    CPPUNIT_ASSERT(proxy.hasCut());
    CPPUNIT_ASSERT_EQUAL(expectedRuns, runs);
    CPPUNIT_ASSERT_EQUAL(1, told);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count());
    closeDatabase();
    options().port = mySqlServer()->port;
  }

  void commitWhoseAnswerIsLostIsNotRepeated() { throughProxy(CuttingProxy::Cut::AfterCommit, 1); }
  void commitThatNeverArrivedIsRepeated() { throughProxy(CuttingProxy::Cut::BeforeCommit, 2); }

  void aTransactionsLostCommitIsUnavailable() {
    CuttingProxy proxy(options().host, options().port);
    options().port = proxy.port();
    int runs = 0;
    database();
    proxy.cutNext(CuttingProxy::Cut::AfterCommit);
    const auto work = [&](Session& session) {
      ++runs;
      insert(session, "stored");
    };
    CPPUNIT_ASSERT_THROW(database().transaction(work), Unavailable);
    CPPUNIT_ASSERT_EQUAL(1, runs);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count());
    closeDatabase();
    options().port = mySqlServer()->port;
  }

  static void touch(Session& session, const std::string& name) {
    session << "UPDATE numbered SET body = CONCAT(body, '+') WHERE name = ?", bind(name), now;
  }

  void twoRows() {
    database().transaction([this](Session& session) {
      insert(session, "a");
      insert(session, "b");
    });
  }

  void deadlocksAreRepeated() {
    twoRows();
    std::latch both(2);
    std::atomic<int> runs = 0;
    const auto cross = [&](const char* first, const char* second) {
      bool met = false;
      database().transaction([&](Session& session) {
        ++runs;
        touch(session, first);
        if (!std::exchange(met, true)) both.arrive_and_wait();
        touch(session, second);
      });
    };
    std::thread other([&] { cross("b", "a"); });
    cross("a", "b");
    other.join();
    CPPUNIT_ASSERT(runs > 2);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, count("body = '++'"));
  }

  // A unit that catches the deadlock and goes on would write outside of its transaction.
  void aHiddenDeadlockIsNotCommitted() {
    twoRows();
    std::latch both(2);
    const auto cross = [&](const char* first, const char* second) {
      bool met = false;
      database().transaction([&](Session& session) {
        touch(session, first);
        if (!std::exchange(met, true)) both.arrive_and_wait();
        try {
          touch(session, second);
        } catch (const Poco::Exception&) {
          connectionOf(session);
        }
      });
    };
    std::thread other([&] { cross("b", "a"); });
    cross("a", "b");
    other.join();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, count("body = '++'"));
  }

  void aGroupSurvivesADeadlock() {
    twoRows();
    std::latch both(2);
    std::thread other([&] {
      bool met = false;
      database().transaction([&](Session& session) {
        // The heavier transaction: the server makes the other one its victim.
        for (int i = 0; i < 50; ++i) insert(session, "weight " + std::to_string(i));
        touch(session, "b");
        if (!std::exchange(met, true)) both.arrive_and_wait();
        touch(session, "a");
      });
    });
    bool met = false;
    database().commitTogether(
        [&](Session& session) {
          touch(session, "a");
          if (!std::exchange(met, true)) both.arrive_and_wait();
          touch(session, "b");
        },
        {});
    other.join();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, count("body = '++'"));
  }

  void aLockIsFollowedByTheNewestRows() {
    twoRows();
    database().transaction([this](Session& session) {
      Poco::Int64 rows = 0;
      session << "SELECT COUNT(*) FROM numbered", into(rows), now;
      database().commitTogether([this](Session& inner) { insert(inner, "meanwhile"); }, {});
      session << "SELECT COUNT(*) FROM numbered", into(rows), now;
      CPPUNIT_ASSERT_EQUAL(Poco::Int64{3}, rows);
    });
  }

  void slowStatementsAreUnavailable() {
    options().statementTimeout = 500ms;
    database().transaction([this](Session& session) {
      for (int i = 0; i < 100; ++i) insert(session, "row" + std::to_string(i));
    });
    Poco::Int64 rows = 0;
    const auto slow = [&](Session& session) {
      // Only fetching the rows takes time, so the time-out expires during it.
      // With a condition: MySQL 9 multiplies the numbers of rows otherwise.
      session << "SELECT COUNT(*) FROM numbered a, numbered b, numbered c, numbered d, numbered e "
                 "WHERE a.id + b.id + c.id + d.id + e.id > 0",
          into(rows), now;
    };
    CPPUNIT_ASSERT_THROW(database().read(slow), Unavailable);
    database().ping();
  }

  void anAbsentServerIsUnavailable() {
    {
      const Poco::Net::ServerSocket free(Poco::Net::SocketAddress("127.0.0.1", 0));
      options().port = free.address().port();
    }
    data::SqlDatabase absent(options());
    CPPUNIT_ASSERT_THROW(absent.start(), Unavailable);
    CPPUNIT_ASSERT_THROW(absent.ping(), Unavailable);
    CPPUNIT_ASSERT_THROW(absent.transaction([](Session&) {}), Unavailable);
    CPPUNIT_ASSERT_THROW(absent.commitTogether([](Session&) {}, {}), Unavailable);
    options().port = mySqlServer()->port;
  }

  void aWrongPasswordIsUnavailableAndNotShown() {
    const std::string right = std::exchange(options().password, "not the password");
    try {
      data::SqlDatabase(options()).start();
      CPPUNIT_FAIL("started");
    } catch (const Unavailable& error) {
      const std::string text = error.what();
      CPPUNIT_ASSERT(text.find("Access denied") != std::string::npos);
      CPPUNIT_ASSERT(text.find("not the password") == std::string::npos);
    }
    options().password = right;
  }

  void passwordsThatPocoCannotPassAreRefused() {
    const auto refused = [](data::Options bad) { CPPUNIT_ASSERT_THROW(data::SqlDatabase{bad}, std::invalid_argument); };
    data::Options bad = options();
    bad.password = "semi;colon";
    refused(bad);
    bad.password = " blank";
    refused(bad);
    bad = options();
    bad.name = "back`tick";
    refused(bad);
    bad = options();
    bad.user = "";
    refused(bad);
  }

  std::unique_ptr<data::SqlDatabase> _killer;
};
static const RegisterWithMySql<MySqlTest> OnServer;

}  // namespace chat::test
