#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/Clock.h"

namespace chat::typing {

/// How many events a user may send, for handlers on the loops: a fixed table without locks.
///
/// Each place holds, in one word, whose it is and the moment at which that user's bucket is full again. A user who
/// falls on another's place takes it over with a full bucket: that lets more through than is allowed, and never less.
///
/// Thread: any; never waits.
class LoopRateLimiter {
 public:
  /// `burst` at once, then `perSecond`.
  LoopRateLimiter(const base::Clock& clock, std::uint32_t burst, std::uint32_t perSecond);

  /// 0 where one may be sent now, and is counted; else in how many seconds to try again.
  std::uint32_t secondsToWait(std::string_view user) noexcept;

 private:
  static constexpr std::size_t Places = 4096;

  const base::Clock& _clock;
  const std::uint64_t _perEvent;  ///< milliseconds
  const std::uint64_t _whole;     ///< an empty bucket's time to fill
  std::array<std::atomic<std::uint64_t>, Places> _places{};
};

}  // namespace chat::typing
