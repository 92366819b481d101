#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chat::websocket {

/// A client's frame. `first` is the first byte (FIN, reserved bits, opcode).
inline std::string frame(unsigned first, std::string_view payload, std::string_view mask = "\x11\x22\x33\x44") {
  std::string bytes(1, static_cast<char>(first));
  const auto length = payload.size();
  if (length < 126) {
    bytes.push_back(static_cast<char>(0x80 | length));
  } else if (length <= 0xFFFF) {
    bytes.push_back(static_cast<char>(0x80 | 126));
    bytes.push_back(static_cast<char>(length >> 8));
    bytes.push_back(static_cast<char>(length & 0xFF));
  } else {
    bytes.push_back(static_cast<char>(0x80 | 127));
    for (int i = 7; i >= 0; --i) bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(length) >> (8 * i)));
  }
  bytes += mask;
  for (std::size_t i = 0; i < length; ++i) bytes.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  return bytes;
}

}  // namespace chat::websocket
