#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <vector>

#include "net/Timer.h"

namespace chat::net {
namespace {

using base::Duration;
using base::TimePoint;

struct Counter {
  int fired = 0;
  Timer timer{[](void* self) { ++static_cast<Counter*>(self)->fired; }, this};
};

}  // namespace

class TimerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TimerTest);
  CPPUNIT_TEST(firesWithinATickAndNeverEarly);
  CPPUNIT_TEST(delaysOfEveryLevel);
  CPPUNIT_TEST(cancelledAndDestroyedTimersDoNotFire);
  CPPUNIT_TEST(callbacksMayArmAndCancel);
  CPPUNIT_TEST(sleepsUntilTheNext);
  CPPUNIT_TEST_SUITE_END();

  const TimePoint _start{Duration{1000}};

  // Steps like the loop: it sleeps as long as the wheel says.
  Duration timeUntilFired(TimerWheel& wheel, const Counter& counter) {
    TimePoint now = _start;
    while (counter.fired == 0) {
      now += std::max(wheel.untilNext(now, Duration{60'000}), Duration{1});
      wheel.advance(now);
    }
    return now - _start;
  }

 public:
  void firesWithinATickAndNeverEarly() {
    for (int delay = 0; delay < 200; ++delay) {
      TimerWheel wheel(_start);
      Counter counter;
      wheel.arm(counter.timer, _start, Duration{delay});
      const auto took = timeUntilFired(wheel, counter);
      CPPUNIT_ASSERT(took >= Duration{delay});
      CPPUNIT_ASSERT(took <= Duration{delay} + 2 * TimerWheel::Tick);
      CPPUNIT_ASSERT(!counter.timer.armed());
    }
  }

  void delaysOfEveryLevel() {
    for (const int seconds : {1, 4, 5, 262, 263, 16'000, 17'000, 1'100'000, 2'500'000}) {
      TimerWheel wheel(_start);
      Counter counter;
      const Duration delay = std::chrono::seconds(seconds);
      wheel.arm(counter.timer, _start, delay);
      const auto took = timeUntilFired(wheel, counter);
      CPPUNIT_ASSERT(took >= delay);
      CPPUNIT_ASSERT(took <= delay + 2 * TimerWheel::Tick);
    }
  }

  void cancelledAndDestroyedTimersDoNotFire() {
    TimerWheel wheel(_start);
    Counter cancelled;
    auto destroyed = std::make_unique<Counter>();
    Counter rearmed;
    wheel.arm(cancelled.timer, _start, Duration{50});
    wheel.arm(destroyed->timer, _start, Duration{50});
    wheel.arm(rearmed.timer, _start, Duration{50});
    wheel.arm(rearmed.timer, _start, Duration{500});
    cancelled.timer.cancel();
    destroyed.reset();
    wheel.advance(_start + Duration{100});
    CPPUNIT_ASSERT_EQUAL(0, cancelled.fired);
    CPPUNIT_ASSERT_EQUAL(0, rearmed.fired);
    wheel.advance(_start + Duration{600});
    CPPUNIT_ASSERT_EQUAL(1, rearmed.fired);
  }

  void callbacksMayArmAndCancel() {
    struct Pair {
      TimerWheel& wheel;
      TimePoint now;
      int first = 0;
      int second = 0;
      Timer a{[](void* self) {
                auto& pair = *static_cast<Pair*>(self);
                ++pair.first;
                pair.b.cancel();
                if (pair.first < 3) pair.wheel.arm(pair.a, pair.now, Duration{10});
              },
              this};
      Timer b{[](void* self) { ++static_cast<Pair*>(self)->second; }, this};
    };
    TimerWheel wheel(_start);
    Pair pair{wheel, _start};
    wheel.arm(pair.a, _start, Duration{10});
    wheel.arm(pair.b, _start, Duration{10});
    for (int i = 0; i < 60; ++i) {
      pair.now += TimerWheel::Tick;
      wheel.advance(pair.now);
    }
    CPPUNIT_ASSERT_EQUAL(3, pair.first);
    CPPUNIT_ASSERT_EQUAL(0, pair.second);
  }

  void sleepsUntilTheNext() {
    TimerWheel wheel(_start);
    CPPUNIT_ASSERT(wheel.untilNext(_start, Duration{60'000}) == Duration{60'000});
    Counter counter;
    wheel.arm(counter.timer, _start, Duration{300});
    const auto wait = wheel.untilNext(_start, Duration{60'000});
    // It may wake up in between, when timers move down a level, but not more often.
    CPPUNIT_ASSERT(wait >= Duration{200} && wait <= Duration{300});
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TimerTest);

}  // namespace chat::net
