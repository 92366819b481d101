#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/Clock.h"

namespace chat::test {

/// Moved only by the test. Thread: any.
class FakeClock final : public base::Clock {
 public:
  base::TimePoint now() const noexcept override { return base::TimePoint(base::Duration(_now)); }
  std::chrono::system_clock::time_point wallTime() const noexcept override {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(_wall));
  }

  void advance(base::Duration duration) noexcept {
    _now += duration.count();
    _wall += duration.count();
  }
  /// Sets only the wall clock, like an administrator: also back.
  void setWall(std::chrono::milliseconds sinceEpoch) noexcept { _wall = sinceEpoch.count(); }

 private:
  std::atomic<base::Duration::rep> _now{1'000'000};
  std::atomic<std::int64_t> _wall{1'795'359'845'123};  // 2026-11-22T15:04:05.123Z
};

}  // namespace chat::test
