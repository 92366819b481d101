#pragma once

#include <algorithm>
#include <optional>

#include "base/Clock.h"

namespace chat::base {

/// When the request came that this thread works on: its answer has one deadline, through queues, pools and statements.
/// Thread: each its own.
class RequestStart {
 public:
  /// Until it is destroyed, this thread works on a request of that time. Scopes don't nest.
  class Scope {
   public:
    explicit Scope(TimePoint start) noexcept { _start = start; }
    ~Scope() { _start.reset(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
  };

  /// Nothing on a thread that works for no request: a timer's, a command's.
  static std::optional<TimePoint> current() noexcept { return _start; }
  /// The end of what may take so long since the request came, or since now if there is none.
  static TimePoint deadline(Duration atMost) noexcept { return _start.value_or(systemClock().now()) + atMost; }
  /// How much of that time is left; not negative.
  static Duration left(Duration atMost) noexcept {
    return std::max(Duration::zero(), std::chrono::duration_cast<Duration>(deadline(atMost) - systemClock().now()));
  }

 private:
  static inline thread_local std::optional<TimePoint> _start;
};

}  // namespace chat::base
