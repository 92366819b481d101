#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <future>
#include <mutex>
#include <thread>

#include "CuttingProxy.h"
#include "TestDatabase.h"

namespace chat::test {

using data::CommitInDoubt;
using data::Unavailable;
using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using namespace std::chrono_literals;
using Cut = CuttingProxy::Cut;
using Names = std::vector<std::string>;

/// A commit whose answer is lost, on a database that can't be reached for a while: the answers to the callers.
class MySqlDoubtTest : public OnMySql {
  CPPUNIT_TEST_SUITE(MySqlDoubtTest);
  CPPUNIT_TEST(waitingCallersGetTheDatabasesError);
  CPPUNIT_TEST(afterTheWaitTheAnswerIsInDoubt);
  CPPUNIT_TEST(nothingIsCommittedBeforeItIsKnown);
  CPPUNIT_TEST(unstoredWorkIsNotRunAgainAfterTheCallersAnswer);
  CPPUNIT_TEST(waitingUnitsAreTriedAgain);
  CPPUNIT_TEST(aLossThatTheServerDoesNotNotice);
  CPPUNIT_TEST(theEndOfTheServerEndsTheDoubt);
  CPPUNIT_TEST(aTransactionIsInDoubtToo);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    OnMySql::setUp();
    _proxy = std::make_unique<CuttingProxy>(options().host, options().port);
    options().port = _proxy->port();
    options().connectPause = 10ms;
    options().wait = 200ms;
    _told.clear();
  }
  void tearDown() override {
    _proxy->open();
    closeDatabase();
    _proxy.reset();
    options().port = mySqlServer()->port;
    OnMySql::tearDown();
  }

 private:
  enum class Answer { Stored, NotStored, InDoubt };

  Answer commit(const std::string& name) {
    try {
      database().commitTogetherOwned([this, name](Session& session) { insert(session, name); },
                                     [this, name] { tell(name); });
      return Answer::Stored;
    } catch (const CommitInDoubt&) {
      return Answer::InDoubt;
    } catch (const Unavailable&) {
      return Answer::NotStored;
    }
  }

  void tell(const std::string& name) {
    std::lock_guard lock(_mutex);
    _told.push_back(name);
    _changed.notify_all();
  }
  Names told(std::size_t atLeast) {
    std::unique_lock lock(_mutex);
    _changed.wait_for(lock, 10s, [&] { return _told.size() >= atLeast; });
    return _told;
  }

  Names names() {
    return untilAvailable([this] { return OnMySql::names(); });
  }
  /// Until another commit succeeds.
  void waitUntilItIsBack() {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (commit("back") != Answer::Stored) CPPUNIT_ASSERT(std::chrono::steady_clock::now() < end);
  }

  void waitingCallersGetTheDatabasesError() {
    options().wait = 20s;
    database();
    _proxy->cutNextAndClose(Cut::AfterCommit);
    auto answer = std::async(std::launch::async, [this] { return commit("a"); });
    CPPUNIT_ASSERT(answer.wait_for(300ms) == std::future_status::timeout);
    _proxy->open();
    CPPUNIT_ASSERT(answer.get() == Answer::Stored);
    CPPUNIT_ASSERT((told(1) == Names{"a"}));
    CPPUNIT_ASSERT((names() == Names{"a"}));
  }

  void afterTheWaitTheAnswerIsInDoubt() {
    database();
    _proxy->cutNextAndClose(Cut::AfterCommit);
    CPPUNIT_ASSERT(commit("a") == Answer::InDoubt);
    CPPUNIT_ASSERT(told(0).empty());
    _proxy->open();
    CPPUNIT_ASSERT((told(1) == Names{"a"}));
    CPPUNIT_ASSERT((names() == Names{"a"}));
  }

  void nothingIsCommittedBeforeItIsKnown() {
    database();
    _proxy->cutNextAndClose(Cut::AfterCommit);
    CPPUNIT_ASSERT(commit("a") == Answer::InDoubt);
    CPPUNIT_ASSERT(commit("b") == Answer::NotStored);
    CPPUNIT_ASSERT_THROW(database().ping(), Unavailable);
    _proxy->open();
    waitUntilItIsBack();
    CPPUNIT_ASSERT((told(2) == Names{"a", "back"}));
    CPPUNIT_ASSERT((names() == Names{"a", "back"}));
    database().ping();
  }

  void unstoredWorkIsNotRunAgainAfterTheCallersAnswer() {
    database();
    _proxy->cutNextAndClose(Cut::BeforeCommit);
    CPPUNIT_ASSERT(commit("a") == Answer::InDoubt);
    _proxy->open();
    waitUntilItIsBack();
    CPPUNIT_ASSERT((told(1) == Names{"back"}));
    CPPUNIT_ASSERT((names() == Names{"back"}));
  }

  void waitingUnitsAreTriedAgain() {
    database();
    int runs = 0;
    _proxy->cutNextAndClose(Cut::BeforeCommit);
    auto answer = std::async(std::launch::async, [&] {
      database().commitTogether(
          [&](Session& session) {
            ++runs;
            insert(session, "a");
          },
          [this] { tell("a"); });
    });
    CPPUNIT_ASSERT(answer.wait_for(options().wait + 100ms) == std::future_status::timeout);
    _proxy->open();
    answer.get();
    CPPUNIT_ASSERT_EQUAL(2, runs);
    CPPUNIT_ASSERT((told(1) == Names{"a"}));
    CPPUNIT_ASSERT((names() == Names{"a"}));
  }

  // The transaction would keep its locks as long as the server considers the connection alive.
  void aLossThatTheServerDoesNotNotice() {
    options().wait = 20s;
    database();
    _proxy->cutNext(Cut::BeforeCommitUnnoticed);
    CPPUNIT_ASSERT(commit("a") == Answer::Stored);
    CPPUNIT_ASSERT((told(1) == Names{"a"}));
    CPPUNIT_ASSERT((names() == Names{"a"}));
  }

  void theEndOfTheServerEndsTheDoubt() {
    database();
    _proxy->cutNextAndClose(Cut::AfterCommit);
    auto waits = std::async(std::launch::async, [this] {
      CPPUNIT_ASSERT_THROW(
          database().commitTogether([this](Session& session) { insert(session, "a"); }, [this] { tell("a"); }),
          CommitInDoubt);
    });
    CPPUNIT_ASSERT(waits.wait_for(options().wait + 100ms) == std::future_status::timeout);
    database().drain(100ms);
    waits.get();
    // It would be sent before the unit in doubt.
    _proxy->open();
    CPPUNIT_ASSERT(commit("b") == Answer::NotStored);
    CPPUNIT_ASSERT(told(0).empty());
    CPPUNIT_ASSERT((names() == Names{"a"}));
  }

  void aTransactionIsInDoubtToo() {
    database();
    _proxy->cutNext(Cut::AfterCommit);
    CPPUNIT_ASSERT_THROW(database().transaction([this](Session& session) { insert(session, "a"); }), CommitInDoubt);
    CPPUNIT_ASSERT((names() == Names{"a"}));
  }

  std::unique_ptr<CuttingProxy> _proxy;
  std::mutex _mutex;
  std::condition_variable _changed;
  Names _told;
};
static const RegisterWithMySql<MySqlDoubtTest> OnServer;

}  // namespace chat::test
