#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engineio/packet/Packet.h"

namespace chat::engineio {

/// Packets as a WebSocket message or as one entry of a payload. No I/O.
///
///     text packet    = type data          type: "0"–"6"
///     base64 packet  = "b" base64         version 4: always a message
///                    | "b" type base64    version 3
///     binary packet  = bytes              version 4: a message
///                    | %x00-06 bytes      version 3
///
/// Base64 may have line ends anywhere, the alphabet of URLs, and no padding, as encoders differ.
/// `scratch` takes the bytes of a base64 packet, which the result then views. Nothing: it is no packet.
std::optional<PacketView> decodeText(std::string_view text, int protocol, std::string& scratch);
std::optional<PacketView> decodeBinary(std::string_view bytes, int protocol);

/// Appends a binary message as a base64 packet.
void appendBase64Message(std::string& out, std::string_view bytes, int protocol);

}  // namespace chat::engineio
