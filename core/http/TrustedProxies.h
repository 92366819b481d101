#pragma once

#include <Poco/Net/IPAddress.h>

#include <string>
#include <string_view>
#include <vector>

namespace chat::http {

struct Request;

/// The proxies whose `X-Forwarded-For`, `-Proto`, `-Host` and `-Port` are believed, by address.
///
/// Anybody can send these fields: they count only where the peer itself is trusted, and of the addresses that the
/// proxies have appended the last one that isn't trusted is the client's. Of several schemes, hosts or ports the last
/// one counts, which is the nearest proxy's. Thread: any; immutable.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// Addresses and networks: `10.0.0.1`, `10.0.0.0/8`, `::1`, `fd00::/8`. Throws std::invalid_argument naming the one
  /// that is neither.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  bool trusts(std::string_view address) const;

  struct Client {
    std::string address;
    bool secure = false;
    std::string host;  ///< that the client asked the proxy for; empty: see `Host`
    std::string port;  ///< that it asked at, digits; empty where no proxy says it
  };
  /// Who sent the request that came from `peer` (a numeric address).
  Client clientOf(const Request& request, std::string peer) const;

 private:
  struct Network {
    Poco::Net::IPAddress address;  // masked
    unsigned prefix;
  };
  std::vector<Network> _networks;
};

}  // namespace chat::http
