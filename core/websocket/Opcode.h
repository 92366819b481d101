#pragma once

#include <cstdint>

namespace chat::websocket {

/// RFC 6455, section 5.2.
enum class Opcode : std::uint8_t {
  Continuation = 0x0,
  Text = 0x1,
  Binary = 0x2,
  Close = 0x8,
  Ping = 0x9,
  Pong = 0xA,
};

constexpr bool isControl(Opcode opcode) noexcept {
  return static_cast<std::uint8_t>(opcode) >= 0x8;
}

}  // namespace chat::websocket
