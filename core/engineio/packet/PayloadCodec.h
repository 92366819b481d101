#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "engineio/packet/OutgoingPacket.h"
#include "engineio/packet/Packet.h"

namespace chat::engineio {

/// Several packets as the body of a polling request or answer. No I/O.
///
///     version 4         = packet *( %x1E packet )
///     version 3         = *( length ":" packet )                length in UTF-16 code units
///     version 3, binary = *( %x00-01 length-digits %xFF data )  0: text, 1: binary; digits as bytes 0–9; length in
///     bytes
///
/// Calls `onPacket` for each packet, which returns false to stop. False: the body is malformed; what came before the
/// fault has been handed on.
bool decodePayload(std::string_view body, int protocol, bool isBinary,
                   const std::function<bool(const PacketView&)>& onPacket);

struct EncodedPayload {
  std::string body;
  bool isBinary = false;
};

/// `allowBinary`: version 3's binary form may be used (the client didn't ask for `b64`).
EncodedPayload encodePayload(std::span<const OutgoingPacket> packets, int protocol, bool allowBinary);

}  // namespace chat::engineio
