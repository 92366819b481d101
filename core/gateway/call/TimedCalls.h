#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/Clock.h"
#include "net/Timer.h"

namespace chat::net {
class Loop;
}

namespace chat::gateway {

/// A number that a worker writes and the loop reads, with all that was written before it.
class Progress {
 public:
  Progress() = default;
  Progress(Progress&& other) noexcept : _value(other.get()) {}
  void set(std::int64_t value) noexcept { _value.store(value, std::memory_order_release); }
  std::int64_t get() const noexcept { return _value.load(std::memory_order_acquire); }

 private:
  std::atomic<std::int64_t> _value{0};
};

/// A call into a plugin that another thread makes for a loop, and that may take its plugin's time-out at most.
struct TimedCall {
  /// The loop's clock, if that is a test's.
  const base::Clock* clock = nullptr;
  Progress due;             ///< milliseconds of the loop's clock; 0 while nothing is called, or it may take any time
  bool isOverdue = false;   ///< nobody waits for it any more; the loop's
  bool isReplaced = false;  ///< its thread has a substitute; the loop's
  std::size_t place = 0;    ///< among the loop's calls; the loop's

  /// On the thread that calls, at the beginning of a call; a `timeout` of 0 is none.
  void begins(std::chrono::steady_clock::time_point now, std::chrono::milliseconds timeout) noexcept {
    const auto start = clock ? clock->now() : std::chrono::time_point_cast<base::Duration>(now);
    due.set(timeout.count() > 0 ? (start + timeout).time_since_epoch().count() : 0);
  }
};

/// The calls of one loop that other threads make, and a look at how long they run. Thread: the loop's.
class TimedCalls {
 public:
  /// Called once for a call that has run longer than it may.
  using Overdue = std::function<void(TimedCall&)>;

  TimedCalls(net::Loop& loop, Overdue overdue);

  /// Before the call is handed on.
  void prepare(TimedCall& call) const noexcept;
  /// The call belongs to its task, and stays at its address until `remove`.
  void add(TimedCall& call);
  void remove(TimedCall& call) noexcept;
  std::size_t size() const noexcept { return _calls.size(); }

 private:
  static void look(void* self);

  net::Loop& _loop;
  const Overdue _overdue;
  net::Timer _timer;
  std::vector<TimedCall*> _calls;
};

}  // namespace chat::gateway
