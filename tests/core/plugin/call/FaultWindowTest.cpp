#include <cppunit/extensions/HelperMacros.h>

#include "plugin/call/FaultWindow.h"

using namespace chat::plugin;
using chat::base::Duration;
using chat::base::TimePoint;
using State = FaultWindow::State;

class FaultWindowTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FaultWindowTest);
  CPPUNIT_TEST(goesOutAfterSoManyFaults);
  CPPUNIT_TEST(staysWhereTheyAreSpreadOverTime);
  CPPUNIT_TEST(staysWhereMostCallsGoWell);
  CPPUNIT_TEST(isTriedAfterThePauseByOneCall);
  CPPUNIT_TEST(pausesLongerEachTime);
  CPPUNIT_TEST(aTrialThatWasNotMadeIsMadeByTheNext);
  CPPUNIT_TEST(withoutALimitItNeverGoesOut);
  CPPUNIT_TEST_SUITE_END();

  static constexpr Duration Second{1000};
  const TimePoint _start{Duration{1'000'000}};

  FaultWindow out() const { return FaultWindow({3, 10 * Second, 5 * Second}); }

 public:
  void goesOutAfterSoManyFaults() {
    auto window = out();
    CPPUNIT_ASSERT(!window.failed(_start, 1));
    CPPUNIT_ASSERT(!window.failed(_start + Second, 2));
    CPPUNIT_ASSERT(window.admits(_start + Second));
    CPPUNIT_ASSERT(window.failed(_start + 2 * Second, 3));
    CPPUNIT_ASSERT(!window.admits(_start + 2 * Second));
    CPPUNIT_ASSERT(window.state() == State::Out);
  }
  void staysWhereTheyAreSpreadOverTime() {
    auto window = out();
    for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT(!window.failed(_start + i * 6 * Second, 1));
  }
  void staysWhereMostCallsGoWell() {
    auto window = out();
    for (std::uint64_t i = 0; i < 10; ++i) CPPUNIT_ASSERT(!window.failed(_start, i * 100));
  }
  void isTriedAfterThePauseByOneCall() {
    auto window = out();
    for (std::uint64_t i = 0; i < 3; ++i) window.failed(_start, i);
    CPPUNIT_ASSERT(!window.succeeded());  // it had begun before
    CPPUNIT_ASSERT(!window.admits(_start + 4 * Second));
    CPPUNIT_ASSERT(window.admits(_start + 5 * Second));
    CPPUNIT_ASSERT(!window.admits(_start + 5 * Second));
    CPPUNIT_ASSERT(window.succeeded());
    CPPUNIT_ASSERT(window.admits(_start + 5 * Second));
    CPPUNIT_ASSERT(!window.failed(_start + 6 * Second, 4));
  }
  void pausesLongerEachTime() {
    auto window = out();
    for (std::uint64_t i = 0; i < 3; ++i) window.failed(_start, i);
    CPPUNIT_ASSERT(window.admits(_start + 5 * Second));
    CPPUNIT_ASSERT(window.failed(_start + 5 * Second, 4));
    CPPUNIT_ASSERT(!window.admits(_start + 14 * Second));
    CPPUNIT_ASSERT(window.admits(_start + 15 * Second));
  }
  void aTrialThatWasNotMadeIsMadeByTheNext() {
    auto window = out();
    for (std::uint64_t i = 0; i < 3; ++i) window.failed(_start, i);
    CPPUNIT_ASSERT(window.admits(_start + 5 * Second));
    window.notCalled();
    CPPUNIT_ASSERT(window.admits(_start + 5 * Second));
  }
  void withoutALimitItNeverGoesOut() {
    FaultWindow window({0, Second, Second});
    for (std::uint64_t i = 0; i < 100; ++i) CPPUNIT_ASSERT(!window.failed(_start, i));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FaultWindowTest);
