#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <thread>
#include <vector>

#include "plugin/call/CallGate.h"

using chat::plugin::CallGate;
using chat::plugin::CallGuard;

class CallGateTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CallGateTest);
  CPPUNIT_TEST(countsWhatIsInside);
  CPPUNIT_TEST(letsNobodyInOnceClosed);
  CPPUNIT_TEST(saysWhenACallDoesNotLeave);
  CPPUNIT_TEST(isEmptyForGoodOnceItWasEmptyWhileClosed);
  CPPUNIT_TEST_SUITE_END();

 public:
  void countsWhatIsInside() {
    CallGate gate;
    auto first = gate.enter();
    {
      const auto second = gate.enter();
      CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, gate.count());
    }
    CallGuard moved = std::move(first);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, gate.count());
    moved = CallGuard();
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, gate.count());
  }

  void letsNobodyInOnceClosed() {
    CallGate gate;
    gate.close();
    CPPUNIT_ASSERT(!gate.enter());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, gate.count());
    CPPUNIT_ASSERT(gate.waitUntilEmpty(std::chrono::milliseconds(0)));
  }

  void saysWhenACallDoesNotLeave() {
    CallGate gate;
    const auto guard = gate.enter();
    gate.close();
    CPPUNIT_ASSERT(!gate.waitUntilEmpty(std::chrono::milliseconds(1)));
  }

  void isEmptyForGoodOnceItWasEmptyWhileClosed() {
    for (int round = 0; round < 200; ++round) {
      auto gate = std::make_unique<CallGate>();
      std::atomic<bool> isGone{false};
      std::atomic<int> entered{0};
      std::vector<std::thread> threads;
      for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
          while (const auto guard = gate->enter()) {
            CPPUNIT_ASSERT(!isGone.load());
            entered.fetch_add(1);
          }
        });
      }
      while (entered.load() == 0) std::this_thread::yield();
      gate->close();
      CPPUNIT_ASSERT(gate->waitUntilEmpty(std::chrono::seconds(10)));
      isGone = true;
      for (auto& thread : threads) thread.join();
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CallGateTest);
