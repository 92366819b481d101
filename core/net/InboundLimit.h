#pragma once

#include <cstddef>

#include "base/Clock.h"

namespace chat::net {

/// How much a client may send in a second: two token buckets, for messages and for their bytes, each of which holds two
/// seconds' worth. No I/O, no clock.
class InboundLimit {
 public:
  struct Rates {
    std::size_t messages = 0;  ///< a second; 0: no limit
    std::size_t bytes = 0;     ///< a second; 0: no limit
    bool any() const noexcept { return messages > 0 || bytes > 0; }
  };

  InboundLimit(const Rates& rates, base::TimePoint now) noexcept;

  /// Counts a message, even if the buckets are empty. Returns for how long nothing more should be read; 0: go on.
  base::Duration take(base::TimePoint now, std::size_t bytes) noexcept;
  /// The same without counting a message.
  base::Duration wait(base::TimePoint now) noexcept;

 private:
  struct Bucket {
    double perMillisecond;
    double level;
    void refill(double elapsed) noexcept;
    double owed() const noexcept { return perMillisecond > 0 && level < 0 ? -level / perMillisecond : 0; }
  };
  static Bucket bucketOf(std::size_t perSecond) noexcept;

  Bucket _messages;
  Bucket _bytes;
  base::TimePoint _at;
};

}  // namespace chat::net
