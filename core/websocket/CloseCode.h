#pragma once

#include <cstdint>

namespace chat::websocket {

/// RFC 6455, section 7.4. Values outside of the enumerators (3000–4999) are legal.
enum class CloseCode : std::uint16_t {
  Normal = 1000,
  GoingAway = 1001,
  ProtocolError = 1002,
  UnsupportedData = 1003,
  NoStatus = 1005,         ///< never on the wire: the Close frame was empty
  AbnormalClosure = 1006,  ///< never on the wire: the connection ended without a Close frame
  InvalidPayload = 1007,
  PolicyViolation = 1008,
  MessageTooBig = 1009,
  MandatoryExtension = 1010,
  InternalError = 1011,
};

/// Whether a peer may send this code in a Close frame.
constexpr bool mayBeReceived(std::uint16_t code) noexcept {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1011) || (code >= 3000 && code <= 4999);
}

}  // namespace chat::websocket
