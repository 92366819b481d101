#include "typing/LoopRateLimiter.h"

#include <algorithm>
#include <functional>

namespace chat::typing {
namespace {

constexpr unsigned TimeBits = 40;  // in milliseconds: 34 years of uptime
constexpr std::uint64_t TimeMask = (std::uint64_t{1} << TimeBits) - 1;

}  // namespace

LoopRateLimiter::LoopRateLimiter(const base::Clock& clock, std::uint32_t burst, std::uint32_t perSecond)
    : _clock(clock), _perEvent(std::max<std::uint64_t>(1, 1000 / perSecond)), _whole(_perEvent * burst) {}

std::uint32_t LoopRateLimiter::secondsToWait(std::string_view user) noexcept {
  const std::uint64_t now = static_cast<std::uint64_t>(_clock.now().time_since_epoch().count()) & TimeMask;
  const std::uint64_t hash = std::hash<std::string_view>{}(user);
  const std::uint64_t owner = hash & ~TimeMask;
  std::atomic<std::uint64_t>& place = _places[hash % Places];
  std::uint64_t before = place.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint64_t fullAt = (before & ~TimeMask) == owner ? before & TimeMask : 0;
    const std::uint64_t after = std::max(fullAt, now) + _perEvent;
    if (after - now > _whole) return static_cast<std::uint32_t>((after - now - _whole + 999) / 1000);
    if (place.compare_exchange_weak(before, owner | (after & TimeMask), std::memory_order_relaxed)) return 0;
  }
}

}  // namespace chat::typing
