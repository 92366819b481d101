#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/Clock.h"

namespace chat::base {

/// Keeps events that peers can cause at will from filling the log: one line each `interval`, which says how many events
/// it stands for.
///
///     if (const auto left = throttle.pass(now)) log(… + " suppressed=" + std::to_string(*left));
///
/// Thread: any; no lock.
class LogThrottle {
 public:
  explicit LogThrottle(Duration interval) noexcept : _interval(interval.count()) {}

  /// How many lines were left out since the last one that was written; nothing if this one is to be left out too.
  std::optional<std::uint64_t> pass(TimePoint now) noexcept {
    const auto at = now.time_since_epoch().count();
    auto next = _next.load(std::memory_order_relaxed);
    if (at < next || !_next.compare_exchange_strong(next, at + _interval, std::memory_order_relaxed)) {
      _left.fetch_add(1, std::memory_order_relaxed);
      return std::nullopt;
    }
    return _left.exchange(0, std::memory_order_relaxed);
  }

 private:
  const Duration::rep _interval;
  std::atomic<Duration::rep> _next{std::numeric_limits<Duration::rep>::min()};
  std::atomic<std::uint64_t> _left{0};
};

}  // namespace chat::base
