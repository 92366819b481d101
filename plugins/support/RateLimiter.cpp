#include "support/RateLimiter.h"

#include <algorithm>

namespace chat::support {
namespace {

constexpr std::size_t SmallestSweep = 1024;

}  // namespace

RateLimiter::RateLimiter(const base::Clock& clock, const Rate& rate)
    : _clock(clock),
      _perMessage(std::max<std::int64_t>(1, 1'000'000 / rate.perSecond)),
      _whole(_perMessage * rate.burst),
      _forgetAtSize(SmallestSweep) {}

std::uint32_t RateLimiter::secondsToWait(const std::string& user) {
  const Time now = _clock.now();
  const std::lock_guard lock(_mutex);
  if (_fullAt.size() >= _forgetAtSize) forgetFull(now);
  Time& fullAt = _fullAt.try_emplace(user, now).first->second;
  const Time after = std::max(fullAt, now) + _perMessage;
  if (after - now > _whole) {
    const auto wait = after - now - _whole;
    return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(wait).count());
  }
  fullAt = after;
  return 0;
}

std::size_t RateLimiter::size() const {
  const std::lock_guard lock(_mutex);
  return _fullAt.size();
}

void RateLimiter::forgetFull(Time now) {
  std::erase_if(_fullAt, [now](const auto& entry) { return entry.second <= now; });
  _forgetAtSize = std::max(SmallestSweep,
                           _fullAt.size() * 2);  // so that each sweep is followed by as many new users before the next
}

}  // namespace chat::support
