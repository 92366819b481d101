#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/LogThrottle.h"
#include "engineio/api/RefusalCause.h"
#include "http/Exchange.h"

namespace chat::engineio {

/// Counts the requests that Engine.IO refuses, and logs at most one of them a second: clients cause them at will, and
/// after a restart all clients do at once. Serves what the event `connection_error` serves in the reference server.
///
/// Thread: any; no lock.
class RefusalLog {
 public:
  void refused(http::Exchange& exchange, RefusalCause cause);
  /// How many requests were refused for that cause.
  std::uint64_t count(RefusalCause cause) const noexcept {
    return _counts[static_cast<std::size_t>(cause)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, RefusalTexts.size()> _counts{};
  base::LogThrottle _throttle{base::Duration{1000}};
};

}  // namespace chat::engineio
