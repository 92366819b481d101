#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "websocket/Opcode.h"

namespace chat::websocket {

/// The header of a server's frame: not masked, FIN set (a server has no reason to fragment).
class FrameHead {
 public:
  FrameHead(Opcode opcode, std::uint64_t length, bool rsv1 = false) noexcept {
    _bytes[0] = static_cast<char>(0x80 | (rsv1 ? 0x40 : 0) | static_cast<int>(opcode));
    if (length < 126) {
      _bytes[1] = static_cast<char>(length);
      _size = 2;
    } else if (length <= 0xFFFF) {
      _bytes[1] = 126;
      put(length, 2);
    } else {
      _bytes[1] = 127;
      put(length, 8);
    }
  }
  std::string_view view() const noexcept { return {_bytes.data(), _size}; }
  static constexpr std::size_t MaxSize = 10;

 private:
  void put(std::uint64_t length, int bytes) noexcept {
    for (int i = 0; i < bytes; ++i)
      _bytes[static_cast<std::size_t>(2 + i)] = static_cast<char>(length >> (8 * (bytes - 1 - i)));
    _size = static_cast<std::uint8_t>(2 + bytes);
  }
  std::array<char, MaxSize> _bytes;
  std::uint8_t _size = 0;
};

}  // namespace chat::websocket
