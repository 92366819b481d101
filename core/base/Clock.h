#pragma once

#include <chrono>

namespace chat::base {

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// The source of the time: the machine's clocks in the server, a clock that the test moves in tests.
/// Thread: any.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Monotonic; for waits and timers.
  virtual TimePoint now() const noexcept = 0;
  /// Wall-clock time, UTC; for dates that people see and for expiry.
  virtual std::chrono::system_clock::time_point wallTime() const noexcept = 0;
};

/// The machine's clocks. One instance serves the process.
const Clock& systemClock() noexcept;

}  // namespace chat::base
