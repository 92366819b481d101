#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "base/LocalCounter.h"

namespace chat::plugin {

/// Counts what became of the events of one name, over all generations of their plugin. Each loop counts in a slot of
/// its own; `totals()` adds the slots up.
///
/// Thread: `slot()`: the loop of that number; all others: any.
class EventStats {
 public:
  static constexpr unsigned MaxLoops = 64;
  /// Upper bounds of the time that a call took, in microseconds; a last bucket takes the rest.
  static constexpr std::array<std::uint64_t, 11> Bounds{10,     50,      100,     500,       1'000,     5'000,
                                                        10'000, 100'000, 500'000, 1'000'000, 10'000'000};

  struct alignas(64) Slot {
    base::LocalCounter calls;        ///< that ran to their end
    base::LocalCounter refused;      ///< of those: AppError
    base::LocalCounter faults;       ///< of those: any other exception
    base::LocalCounter unavailable;  ///< of those: the database was away
    base::LocalCounter timeouts;     ///< answered 504 while they ran
    base::LocalCounter rejected;     ///< answered 503 without being called: queue full, out of service
    base::LocalCounter microseconds;
    std::array<base::LocalCounter, Bounds.size() + 1> buckets;

    void took(std::chrono::steady_clock::duration time) noexcept;
  };

  struct Totals {
    std::uint64_t calls = 0;
    std::uint64_t refused = 0;
    std::uint64_t faults = 0;
    std::uint64_t unavailable = 0;
    std::uint64_t timeouts = 0;
    std::uint64_t rejected = 0;
    std::uint64_t timed = 0;  ///< calls whose time was measured: each sixteenth of the inline ones, all others
    std::uint64_t microseconds = 0;
    std::array<std::uint64_t, Bounds.size() + 1> buckets{};
  };

  EventStats() = default;
  ~EventStats();
  EventStats(const EventStats&) = delete;
  EventStats& operator=(const EventStats&) = delete;

  Slot& slot(unsigned loop) noexcept {
    auto* const slot = _slots[loop % MaxLoops].load(std::memory_order_acquire);
    return slot != nullptr ? *slot : makeSlot(loop % MaxLoops);
  }
  /// For calls that no loop makes, such as those of timers. `count` is given their slot, under a lock.
  template <typename Count>
  void countOffLoops(Count&& count) {
    const std::lock_guard lock(_offLoopsMutex);
    count(_offLoops);
  }
  Totals totals() const noexcept;

  /// The generation whose inline handler blocked a loop for too long and has run on workers since then; 0 for none.
  std::atomic<std::uint64_t> movedGeneration{0};

 private:
  Slot& makeSlot(unsigned loop);

  std::array<std::atomic<Slot*>, MaxLoops> _slots{};
  std::mutex _offLoopsMutex;
  Slot _offLoops;
};

}  // namespace chat::plugin
