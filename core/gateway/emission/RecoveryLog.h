#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "base/Clock.h"
#include "gateway/emission/Emission.h"
#include "gateway/options/RecoveryOptions.h"

namespace chat::gateway {

/// The latest emits, as one loop has carried them out: what those who are away miss. Every loop has the same ones; the
/// bytes are shared. Thread: the loop's.
class RecoveryLog {
 public:
  struct Entry {
    std::shared_ptr<const Emission> emission;
    base::TimePoint time;
  };

  explicit RecoveryLog(const RecoveryOptions& options) noexcept : _options(options) {}

  /// Keeps what isn't volatile; what is too old or too much goes.
  void add(const std::shared_ptr<const Emission>& emission, base::TimePoint now);
  /// The number of the last emit that this loop has carried out, volatile ones included.
  std::uint64_t processed() const noexcept { return _processed; }
  /// The greatest number known to have been carried out at that time, 0 if that isn't known any more.
  std::uint64_t processedAt(base::TimePoint time) const noexcept;
  /// Whether all after that number are here.
  bool covers(std::uint64_t sequence) const noexcept { return sequence >= _droppedThrough; }
  /// Whether nothing up to that number is here.
  bool isBefore(std::uint64_t sequence) const noexcept { return sequence <= _droppedThrough; }
  const RecoveryOptions& options() const noexcept { return _options; }
  const std::deque<Entry>& entries() const noexcept { return _entries; }

 private:
  void dropFirst() noexcept;

  const RecoveryOptions& _options;
  std::deque<Entry> _entries;
  std::size_t _bytes = 0;
  std::uint64_t _processed = 0;
  std::uint64_t _droppedThrough = 0;
  base::TimePoint _droppedTime{};
};

}  // namespace chat::gateway
