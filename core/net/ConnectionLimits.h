#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/LogThrottle.h"

namespace chat::net {

/// How many connections there may be at a time, in all and from one address. An address is an IPv4 address or an IPv6
/// /64, which is what one subscriber has.
///
/// Thread: any. A short lock is taken when a connection is accepted and when it ends; without limits there is no such
/// object, and a connection costs nothing. The state of a connection is kept here, by its descriptor, not in the
/// Connection.
class ConnectionLimits {
 public:
  struct Options {
    std::size_t total = 0;       ///< 0: no limit
    std::size_t perAddress = 0;  ///< 0: no limit
    /// Addresses for which `perAddress` doesn't count: proxies, behind which there are many clients.
    std::function<bool(const std::string&)> exempt;
    /// What a refused connection is sent before it is closed.
    std::string tooMany;
    std::string tooManyFromAddress;
  };

  explicit ConnectionLimits(Options options) : _options(std::move(options)) {}

  /// Counts an accepted connection. Empty: it may stay. Otherwise the text to send before closing it, and it isn't
  /// counted.
  std::string_view admit(int descriptor);
  /// The connection ends; to be called before its descriptor is closed. Does nothing for a connection that was refused.
  void release(int descriptor) noexcept;

  std::size_t count() const;

 private:
  using Address = std::array<std::uint8_t, 16>;

  void logRefused(std::string_view limit, const std::string& address);

  const Options _options;
  mutable std::mutex _mutex;
  std::unordered_map<int, Address> _connections;
  std::map<Address, std::size_t> _addresses;
  base::LogThrottle _throttle{base::Duration{10'000}};
};

}  // namespace chat::net
