#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chat::engineio {

/// Why a request is refused; the numbers and texts are the reference server's, which clients and monitors know.
enum class HandshakeError : std::uint8_t {
  UnknownTransport = 0,
  UnknownSid = 1,
  BadHandshakeMethod = 2,
  BadRequest = 3,
  Forbidden = 4,
  UnsupportedProtocolVersion = 5,
};

constexpr std::string_view textOf(HandshakeError error) noexcept {
  switch (error) {
    case HandshakeError::UnknownTransport:
      return "Transport unknown";
    case HandshakeError::UnknownSid:
      return "Session ID unknown";
    case HandshakeError::BadHandshakeMethod:
      return "Bad handshake method";
    case HandshakeError::BadRequest:
      return "Bad request";
    case HandshakeError::Forbidden:
      return "Forbidden";
    case HandshakeError::UnsupportedProtocolVersion:
      return "Unsupported protocol version";
  }
  return "Bad request";
}

constexpr int statusOf(HandshakeError error) noexcept {
  return error == HandshakeError::Forbidden ? 403 : 400;
}

inline std::string bodyOf(HandshakeError error) {
  return "{\"code\":" + std::to_string(static_cast<int>(error)) + ",\"message\":\"" + std::string(textOf(error)) +
         "\"}";
}

}  // namespace chat::engineio
