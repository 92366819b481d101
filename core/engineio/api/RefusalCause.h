#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace chat::engineio {

/// Why a request is refused. A client gets the code and its text, which are those of the reference server. Several
/// causes have the same code; the log and the metrics have the cause's name, which is the reference server's if it has
/// one.
enum class RefusalCause : std::uint8_t {
  UnknownTransport,
  UnknownSid,
  BadMethod,
  TransportMismatch,
  ProtocolMismatch,
  TransportHandshake,
  InvalidOrigin,
  NotAllowed,    ///< the HandshakeGate refused it
  NotInTime,     ///< the HandshakeGate took too long
  NotAvailable,  ///< the HandshakeGate can't decide at present
  UnsupportedProtocolVersion,
  Last = UnsupportedProtocolVersion
};

struct RefusalText {
  RefusalCause cause;
  int code;
  std::string_view message;  ///< of the code
  std::string_view name;     ///< of the cause
};

/// By cause.
inline constexpr std::array RefusalTexts{
    RefusalText{RefusalCause::UnknownTransport, 0, "Transport unknown", "UNKNOWN_TRANSPORT"},
    RefusalText{RefusalCause::UnknownSid, 1, "Session ID unknown", "UNKNOWN_SID"},
    RefusalText{RefusalCause::BadMethod, 2, "Bad handshake method", "BAD_HANDSHAKE_METHOD"},
    RefusalText{RefusalCause::TransportMismatch, 3, "Bad request", "TRANSPORT_MISMATCH"},
    RefusalText{RefusalCause::ProtocolMismatch, 3, "Bad request", "PROTOCOL_MISMATCH"},
    RefusalText{RefusalCause::TransportHandshake, 3, "Bad request", "TRANSPORT_HANDSHAKE_ERROR"},
    RefusalText{RefusalCause::InvalidOrigin, 4, "Forbidden", "INVALID_ORIGIN"},
    RefusalText{RefusalCause::NotAllowed, 4, "Forbidden", "FORBIDDEN"},
    RefusalText{RefusalCause::NotInTime, 4, "Forbidden", "TIMEOUT"},
    RefusalText{RefusalCause::NotAvailable, 4, "Forbidden", "UNAVAILABLE"},
    RefusalText{RefusalCause::UnsupportedProtocolVersion, 5, "Unsupported protocol version",
                "UNSUPPORTED_PROTOCOL_VERSION"},
};

/// Whether every cause has its text, and at its own place.
constexpr bool areInOrder(std::span<const RefusalText> texts) noexcept {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (static_cast<std::size_t>(texts[i].cause) != i) return false;
  }
  return texts.size() == static_cast<std::size_t>(RefusalCause::Last) + 1;
}
static_assert(areInOrder(RefusalTexts));

constexpr const RefusalText& textOf(RefusalCause cause) noexcept {
  return RefusalTexts[static_cast<std::size_t>(cause)];
}

/// The status of the answer. The reference server answers code 4 with 403, but with 400 if a WebSocket was asked for;
/// it doesn't check the origin of WebSockets.
constexpr int statusOf(RefusalCause cause, bool isUpgrade) noexcept {
  switch (cause) {
    case RefusalCause::NotInTime:
    case RefusalCause::NotAvailable:
      return 503;
    case RefusalCause::InvalidOrigin:
      return 403;
    case RefusalCause::NotAllowed:
      return isUpgrade ? 400 : 403;
    default:
      return 400;
  }
}

/// The body of an answer over HTTP: `{"code":3,"message":"Bad request"}`. `message` is UTF-8; empty: that of the code.
std::string bodyOf(RefusalCause cause, std::string_view message);

}  // namespace chat::engineio
