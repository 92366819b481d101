#pragma once

#include <cstdint>
#include <string_view>

namespace chat::engineio {

/// The packet types of Engine.IO 3 and 4; on the wire the digit, or in a binary frame of version 3 the number.
enum class PacketType : std::uint8_t { Open, Close, Ping, Pong, Message, Upgrade, Noop };

inline constexpr std::string_view NoopPacket = "6";  ///< the whole packet, as text

/// One packet as received; views what it was parsed from.
struct PacketView {
  PacketType type = PacketType::Noop;
  bool isBinary = false;
  std::string_view data;
};

}  // namespace chat::engineio
