#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <thread>

#include "exec/Gate.h"

using chat::exec::Gate;
using namespace std::chrono_literals;

class GateTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(GateTest);
  CPPUNIT_TEST(countsPasses);
  CPPUNIT_TEST(closedLetsNobodyIn);
  CPPUNIT_TEST(movedPassLeavesOnce);
  CPPUNIT_TEST(waitsForTheLastOne);
  CPPUNIT_TEST_SUITE_END();

  void countsPasses() {
    Gate gate;
    {
      auto one = gate.enter();
      auto two = gate.enter();
      CPPUNIT_ASSERT(one && two);
      CPPUNIT_ASSERT_EQUAL(std::size_t{2}, gate.inside());
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, gate.inside());
    CPPUNIT_ASSERT(gate.waitEmpty(0ms));
  }

  void closedLetsNobodyIn() {
    Gate gate;
    auto inside = gate.enter();
    gate.close();
    CPPUNIT_ASSERT(gate.closed());
    CPPUNIT_ASSERT(!gate.enter());
    CPPUNIT_ASSERT(!gate.waitEmpty(1ms));
    inside.reset();
    CPPUNIT_ASSERT(gate.waitEmpty(0ms));
  }

  void movedPassLeavesOnce() {
    Gate gate;
    auto pass = gate.enter();
    Gate::Pass moved = std::move(*pass);
    pass.reset();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, gate.inside());
  }

  void waitsForTheLastOne() {
    Gate gate;
    auto pass = gate.enter();
    gate.close();
    std::thread worker([leaving = std::move(*pass)]() mutable { Gate::Pass last = std::move(leaving); });
    pass.reset();
    CPPUNIT_ASSERT(gate.waitEmpty(10s));
    worker.join();
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(GateTest);
