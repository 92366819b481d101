#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/Clock.h"

namespace chat::typing {

/// How many events a user may send, for handlers on the loops: a fixed table without locks.
///
/// Each entry has, in one machine word, a hash of its user and the time at which that user's bucket is full again. A
/// user whose hash has another user's entry takes it over with a full bucket: that may allow more than the limit, but
/// never less.
///
/// Thread: any; never waits.
class LoopRateLimiter {
 public:
  /// `burst` at once, then `perSecond`.
  LoopRateLimiter(const base::Clock& clock, std::uint32_t burst, std::uint32_t perSecond);

  /// 0 if an event may be sent now, and counts it; otherwise the seconds until the next try.
  std::uint32_t secondsToWait(std::string_view user) noexcept;

 private:
  static constexpr std::size_t Places = 4096;

  const base::Clock& _clock;
  const std::uint64_t _perEvent;  ///< milliseconds
  const std::uint64_t _whole;     ///< an empty bucket's time to fill
  std::array<std::atomic<std::uint64_t>, Places> _places{};
};

}  // namespace chat::typing
