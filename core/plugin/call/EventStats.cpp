#include "plugin/call/EventStats.h"

#include <algorithm>
#include <memory>

namespace chat::plugin {

void EventStats::Slot::took(std::chrono::steady_clock::duration time) noexcept {
  const auto count = std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(time).count());
  const auto value = static_cast<std::uint64_t>(count);
  microseconds.add(value);
  const auto bucket = std::lower_bound(Bounds.begin(), Bounds.end(), value) - Bounds.begin();
  buckets[static_cast<std::size_t>(bucket)].add();
}

EventStats::~EventStats() {
  for (auto& slot : _slots) std::unique_ptr<Slot>(slot.load());
}

EventStats::Slot& EventStats::makeSlot(unsigned loop) {
  auto slot = std::make_unique<Slot>();
  _slots[loop].store(slot.get(), std::memory_order_release);
  return *slot.release();  // the destructor takes it back
}

EventStats::Totals EventStats::totals() const noexcept {
  Totals totals;
  const auto add = [&totals](const Slot& slot) {
    totals.calls += slot.calls.value();
    totals.refused += slot.refused.value();
    totals.faults += slot.faults.value();
    totals.unavailable += slot.unavailable.value();
    totals.timeouts += slot.timeouts.value();
    totals.rejected += slot.rejected.value();
    totals.microseconds += slot.microseconds.value();
    for (std::size_t i = 0; i < totals.buckets.size(); ++i) totals.buckets[i] += slot.buckets[i].value();
  };
  for (const auto& place : _slots) {
    if (const auto* const slot = place.load(std::memory_order_acquire)) add(*slot);
  }
  add(_offLoops);
  for (const auto count : totals.buckets) totals.timed += count;
  return totals;
}

}  // namespace chat::plugin
