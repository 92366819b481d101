#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/LogThrottle.h"
#include "engineio/HandshakeError.h"
#include "http/Exchange.h"

namespace chat::engineio {

/// Counts the requests that Engine.IO refuses and tells of them in the log, at most once a second: clients cause them
/// at will, and after a restart all of them at once. What the reference server's event `connection_error` is for.
///
/// Thread: any; no lock.
class RefusalLog {
 public:
  static constexpr std::size_t Errors = 6;

  /// `name` is the reference server's for the case where it has one (`TRANSPORT_MISMATCH`), else empty.
  void refused(http::Exchange& exchange, HandshakeError error, std::string_view name);
  /// How many there were for that reason.
  std::uint64_t count(HandshakeError error) const noexcept {
    return _counts[static_cast<std::size_t>(error)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, Errors> _counts{};
  base::LogThrottle _throttle{base::Duration{1000}};
};

}  // namespace chat::engineio
