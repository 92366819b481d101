#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/LogThrottle.h"
#include "engineio/RefusalCause.h"
#include "http/Exchange.h"

namespace chat::engineio {

/// Counts the requests that Engine.IO refuses and tells of them in the log, at most once a second: clients cause them
/// at will, and after a restart all of them at once. What the reference server's event `connection_error` is for.
///
/// Thread: any; no lock.
class RefusalLog {
 public:
  void refused(http::Exchange& exchange, RefusalCause cause);
  /// How many there were for that reason.
  std::uint64_t count(RefusalCause cause) const noexcept {
    return _counts[static_cast<std::size_t>(cause)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, RefusalTexts.size()> _counts{};
  base::LogThrottle _throttle{base::Duration{1000}};
};

}  // namespace chat::engineio
