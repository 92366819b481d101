#pragma once

#include <atomic>
#include <cstdint>

namespace chat::base {

/// A number that one thread counts up and any may read. An addition is a plain load and store: no locked instruction,
/// no cache line that two threads write.
class LocalCounter {
 public:
  void add(std::uint64_t by = 1) noexcept {
    _value.store(_value.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  std::uint64_t value() const noexcept { return _value.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> _value{0};
};

}  // namespace chat::base
