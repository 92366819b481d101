#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/Clock.h"

namespace chat::support {

/// How many events of a kind a user may send: `burst` at once, then `perSecond`.
///
/// A token bucket, stored as one time for each user: the time at which the bucket will be full again. Users whose time
/// has passed are removed, so that the memory depends on the users of the last seconds.
///
/// Thread: any.
class RateLimiter {
 public:
  struct Rate {
    std::uint32_t burst = 30;
    std::uint32_t perSecond = 10;
  };

  RateLimiter(const base::Clock& clock, const Rate& rate);

  /// 0 if an event may be sent now, and counts it; otherwise the seconds until the next try. Refused events aren't
  /// counted.
  std::uint32_t secondsToWait(const std::string& user);

  /// For tests: the number of stored users.
  std::size_t size() const;

 private:
  using Time = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

  void forgetFull(Time now);

  const base::Clock& _clock;
  const std::chrono::microseconds _perMessage;
  const std::chrono::microseconds _whole;  ///< an empty bucket's time to fill
  mutable std::mutex _mutex;
  std::unordered_map<std::string, Time> _fullAt;
  std::size_t _forgetAtSize;
};

}  // namespace chat::support
