#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat::engineio {

/// A cookie with the session id, for load balancers that keep a client at one server by it. The server itself never
/// reads it. Named and defaulted as the reference server's option `cookie`.
struct SessionCookie {
  std::string name;  ///< empty: no cookie
  std::string path = "/";
  std::string domain;
  bool httpOnly = true;
  bool secure = false;
  std::string sameSite = "lax";        ///< strict, lax, none, or empty for no such attribute
  std::optional<std::int64_t> maxAge;  ///< seconds; else until the browser ends

  bool enabled() const noexcept { return !name.empty(); }
  /// The value of `Set-Cookie`. Session ids need no escaping.
  std::string field(std::string_view sessionId) const;
};

/// Whether it may be a cookie's name (RFC 6265: a token); another one would break the field.
bool isCookieName(std::string_view name) noexcept;
/// Whether it may be a cookie's path or domain: no semicolon, no control character.
bool isCookieAttribute(std::string_view value) noexcept;

}  // namespace chat::engineio
