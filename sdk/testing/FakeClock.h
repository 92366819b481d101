#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/Clock.h"

namespace chat::testing {

/// Moved only by the test (TestHost::advance). Thread: any.
class FakeClock final : public base::Clock {
 public:
  base::TimePoint now() const noexcept override { return base::TimePoint(base::Duration(_sinceStart)); }
  std::chrono::system_clock::time_point wallTime() const noexcept override {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(_wall));
  }

  void advance(base::Duration by) noexcept {
    _sinceStart += by.count();
    _wall += by.count();
  }

 private:
  std::atomic<base::Duration::rep> _sinceStart{1'000'000};
  std::atomic<std::int64_t> _wall{1'795'359'845'123};  // 2026-11-22T15:04:05.123Z
};

}  // namespace chat::testing
