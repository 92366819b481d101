#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "TestDatabase.h"

namespace chat::test {

using data::DuplicateKey;
using data::Unavailable;
using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using namespace std::chrono_literals;

/// Which units commit together, in which order, and what a failure rolls back.
template <typename Engine>
class GroupCommitCases : public Engine {
  CPPUNIT_TEST_SUITE(GroupCommitCases);
  CPPUNIT_TEST(durableBeforeAfterCommit);
  CPPUNIT_TEST(waitingUnitsShareACommit);
  CPPUNIT_TEST(groupsAreBounded);
  CPPUNIT_TEST(aFailingUnitFailsAlone);
  CPPUNIT_TEST(aGroupOfFailures);
  CPPUNIT_TEST(afterCommitMayThrow);
  CPPUNIT_TEST(waitingForTheTurnHasADeadline);
  CPPUNIT_TEST(theQueueHasALimit);
  CPPUNIT_TEST(idsGrowInTheOrderOfCallbacks);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    Engine::setUp();
    this->options().wait = 20s;
    _events.clear();
    _threads.clear();
  }

 private:
  void note(const std::string& event) {
    std::lock_guard lock(_mutex);
    _events.push_back(event);
  }
  std::vector<std::string> events() {
    std::lock_guard lock(_mutex);
    return _events;
  }

  /// Blocks the committing thread until `release`, so that the following units are one group.
  void hold() {
    this->database();
    _release = std::promise<void>();
    auto begun = std::make_shared<std::promise<void>>();
    auto released = _release.get_future().share();
    auto waiting = begun->get_future();
    _threads.emplace_back([this, begun, released] {
      this->database().commitTogether(
          [&](Session&) {
            begun->set_value();
            released.wait();
          },
          {});
    });
    waiting.wait();
  }

  void enqueue(const std::string& name, data::Work extra = {}) {
    const std::size_t before = this->database().waitingForCommit();
    _threads.emplace_back([this, name, extra] {
      try {
        this->database().commitTogether(
            [&](Session& session) {
              note("work " + name);
              this->insert(session, name);
              if (extra) extra(session);
            },
            [&] { note("after " + name); });
        note("back " + name);
      } catch (const DuplicateKey&) {
        note("duplicate " + name);
      } catch (const std::exception& error) {
        note("failed " + name);
      }
    });
    while (this->database().waitingForCommit() == before) std::this_thread::yield();
  }

  void release() {
    _release.set_value();
    for (std::thread& thread : _threads) thread.join();
    _threads.clear();
  }

  /// Calls return in any order.
  std::vector<std::string> eventsInOrder() {
    std::vector<std::string> all = events();
    std::erase_if(all, [](const std::string& event) { return event.starts_with("back"); });
    return all;
  }

  using Events = std::vector<std::string>;

  void durableBeforeAfterCommit() {
    std::int64_t seen = 0;
    this->database().commitTogether([this](Session& session) { this->insert(session, "a"); },
                                    [&] { seen = this->count("name = 'a'"); });
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, seen);
  }

  void waitingUnitsShareACommit() {
    hold();
    for (const char* name : {"a", "b", "c"}) enqueue(name);
    release();
    CPPUNIT_ASSERT((eventsInOrder() == Events{"work a", "work b", "work c", "after a", "after b", "after c"}));
    CPPUNIT_ASSERT((this->names() == Events{"a", "b", "c"}));
  }

  void groupsAreBounded() {
    this->options().groupMaxUnits = 2;
    hold();
    for (const char* name : {"a", "b", "c"}) enqueue(name);
    release();
    CPPUNIT_ASSERT((eventsInOrder() == Events{"work a", "work b", "after a", "after b", "work c", "after c"}));
  }

  void aFailingUnitFailsAlone() {
    hold();
    enqueue("a");
    enqueue("b", [](Session&) { throw std::runtime_error("b fails after its insert"); });
    enqueue("c");
    enqueue("d", [](Session& session) { session << "INSERT INTO numbered (name) VALUES ('a')", now; });
    enqueue("e");
    release();
    CPPUNIT_ASSERT((this->names() == Events{"a", "c", "e"}));
    const Events all = events();
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, std::count(all.begin(), all.end(), "failed b"));
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, std::count(all.begin(), all.end(), "duplicate d"));
    for (const char* name : {"a", "c", "e"}) {
      CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, std::count(all.begin(), all.end(), std::string("after ") + name));
    }
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, std::count(all.begin(), all.end(), "after b"));
  }

  void aGroupOfFailures() {
    const auto fail = [](Session&) { throw std::runtime_error("no"); };
    hold();
    enqueue("a", fail);
    enqueue("b", fail);
    release();
    CPPUNIT_ASSERT(this->names().empty());
    this->database().commitTogether([this](Session& session) { this->insert(session, "later"); }, {});
    CPPUNIT_ASSERT((this->names() == Events{"later"}));
  }

  void afterCommitMayThrow() {
    const auto call = [this] {
      this->database().commitTogether([this](Session& session) { this->insert(session, "stays"); },
                                      [] { throw std::runtime_error("told nobody"); });
    };
    CPPUNIT_ASSERT_THROW(call(), std::runtime_error);
    CPPUNIT_ASSERT((this->names() == Events{"stays"}));
  }

  void waitingForTheTurnHasADeadline() {
    this->options().wait = 50ms;
    hold();
    bool ran = false;
    CPPUNIT_ASSERT_THROW(this->database().commitTogether([&](Session&) { ran = true; }, {}), Unavailable);
    release();
    this->database().commitTogether([](Session&) {}, {});
    CPPUNIT_ASSERT(!ran);
  }

  void theQueueHasALimit() {
    this->options().groupMaxWaiting = 1;
    hold();
    enqueue("a");
    CPPUNIT_ASSERT_THROW(this->database().commitTogether([](Session&) {}, {}), Unavailable);
    release();
    CPPUNIT_ASSERT((this->names() == Events{"a"}));
  }

  void idsGrowInTheOrderOfCallbacks() {
    this->database();
    std::vector<std::uint64_t> told;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          Poco::UInt64 id = 0;
          const std::string name = std::to_string(t) + "-" + std::to_string(i);
          this->database().commitTogether(
              [&](Session& session) {
                this->insert(session, name);
                session << "SELECT MAX(id) FROM numbered", into(id), now;
              },
              [&] { told.push_back(id); });
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CPPUNIT_ASSERT_EQUAL(std::size_t{200}, told.size());
    CPPUNIT_ASSERT(std::is_sorted(told.begin(), told.end()));
    CPPUNIT_ASSERT(std::adjacent_find(told.begin(), told.end()) == told.end());
  }

  std::mutex _mutex;
  Events _events;
  std::vector<std::thread> _threads;
  std::promise<void> _release;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GroupCommitCases<OnSqlite>);
static const RegisterWithMySql<GroupCommitCases<OnMySql>> OnServer;

}  // namespace chat::test
