#pragma once

#include <Poco/Net/IPAddress.h>

#include <string>
#include <string_view>
#include <vector>

namespace chat::http {

struct Request;

/// The proxies whose `X-Forwarded-For`, `-Proto`, `-Host` and `-Port` are believed, by address.
///
/// Any client can send these fields, so they count only if the peer is a trusted proxy. The client's address is the
/// last one in the list that isn't trusted. Of several schemes, hosts or ports the last one counts, which is the
/// nearest proxy's. Thread: any; immutable.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// Addresses and networks: `10.0.0.1`, `10.0.0.0/8`, `::1`, `fd00::/8`. Throws std::invalid_argument that names an
  /// invalid one.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  bool trusts(std::string_view address) const;

  struct Client {
    std::string address;
    bool secure = false;
    std::string host;  ///< from `X-Forwarded-Host`; empty: see `Host`
    std::string port;  ///< from `X-Forwarded-Port`, digits; empty if no proxy sends it
  };
  /// The client that sent the request, which came from `peer` (a numeric address).
  Client clientOf(const Request& request, std::string peer) const;

 private:
  struct Network {
    Poco::Net::IPAddress address;  // masked
    unsigned prefix;
  };
  std::vector<Network> _networks;
};

}  // namespace chat::http
