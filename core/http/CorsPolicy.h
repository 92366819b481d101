#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/LogThrottle.h"
#include "http/Exchange.h"

namespace re2 {
class RE2;
}

namespace chat::http {

/// Which pages of other origins may talk to the server: CORS (the Fetch standard) for requests, and the Origin check of
/// RFC 6455, section 10.2, for WebSockets, which CORS doesn't cover.
///
/// The options and their effect are those of the npm package `cors`, which the reference server uses. A request from an
/// origin that isn't allowed is served without the fields that would let the page read the answer. A WebSocket has no
/// such fields, so its handshake is refused: otherwise any page on the web could open one with the cookies of the
/// person who looks at it, and from within that person's network. Pages of the server's own origin are always allowed,
/// and so are clients that send no Origin, which are not browsers.
///
/// Thread: any; immutable except for the throttle of its log line. If no origin is set it costs nothing except at a
/// WebSocket's handshake.
class CorsPolicy {
 public:
  struct Options {
    /// `https://chat.example.org`, `/a regular expression/` (RE2's syntax), or `*` for all. Empty: no CORS fields.
    std::vector<std::string> origins;
    std::string methods = "GET,HEAD,PUT,PATCH,POST,DELETE";
    std::string allowedHeaders;  ///< empty: the headers that the preflight asks for
    std::string exposedHeaders;
    bool credentials = false;
    std::optional<std::int64_t> maxAge;  ///< seconds
    bool preflightContinue = false;      ///< OPTIONS goes on to the route
    int optionsSuccessStatus = 204;
  };

  CorsPolicy();
  /// Throws std::invalid_argument that names the setting, for an invalid expression or for `*` with credentials.
  explicit CorsPolicy(Options options);
  ~CorsPolicy();

  bool enabled() const noexcept { return !_options.origins.empty(); }
  /// Adds the fields to the exchange's answer. True: it was a preflight and has been answered. Only if `enabled`.
  bool apply(Exchange& exchange) const;
  /// Whether a WebSocket may be opened from the request's origin. If not, logs which setting would allow it.
  bool admitsWebSocket(Exchange& exchange) const;

 private:
  bool allows(std::string_view origin) const;
  void addOrigin(Exchange& exchange, std::string& vary) const;
  void answerPreflight(Exchange& exchange, std::string& vary) const;
  void logRefused(Exchange& exchange, std::string_view origin, std::string_view what) const;

  const Options _options;
  bool _any = false;
  std::vector<std::unique_ptr<re2::RE2>> _patterns;
  mutable base::LogThrottle _throttle;
};

/// Whether an Origin names the host that the request was sent to. The scheme is used for the default port only: behind
/// a proxy the server may not know it.
bool isSameOrigin(std::string_view origin, std::string_view host) noexcept;

}  // namespace chat::http
