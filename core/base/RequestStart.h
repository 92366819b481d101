#pragma once

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

 private:
  static inline thread_local std::optional<TimePoint> _start;
};

}  // namespace chat::base
