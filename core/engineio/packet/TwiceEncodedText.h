#pragma once

#include <string>
#include <string_view>

#include "engineio/packet/Packet.h"

namespace chat::engineio {

/// Release 1 of the JavaScript client encodes the text of a polled packet as UTF-8 before the request is encoded, and
/// decodes an answer twice. Release 2 doesn't, and both call themselves version 3 of the protocol. No I/O; of one
/// session.
class TwiceEncodedText {
 public:
  /// The packet as it was meant. `scratch` holds the text of one that was encoded twice. Once a client has sent what
  /// can only be encoded once, everything from it is taken as it is.
  PacketView decode(const PacketView& packet, std::string& scratch);

  /// The Socket.IO packet as both releases read it alike: characters beyond ASCII as `\u` escapes of its JSON.
  /// Unchanged if there are none, or if one stands before the JSON (in a namespace).
  static std::string escape(std::string_view packet);

  /// Whether there are characters beyond ASCII.
  static bool isBeyondAscii(std::string_view text) noexcept;

 private:
  bool _once = false;
};

}  // namespace chat::engineio
