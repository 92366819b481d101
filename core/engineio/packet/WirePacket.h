#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/SharedBuffer.h"

namespace chat::engineio {

/// A `message` packet encoded once for every transport: the bytes of its (server, unmasked) WebSocket frame, whose tail
/// is the packet itself. WebSocket sessions of one protocol version share the frame; polling sessions take the tail.
/// Immutable; copying shares. Thread: any.
class WirePacket {
 public:
  WirePacket() = default;
  /// Text: the packet is `4` and the joined pieces.
  static WirePacket text(std::span<const std::string_view> pieces);
  static WirePacket text(std::string_view payload) { return text(std::span(&payload, 1)); }
  /// Binary: Engine.IO 4 sends the payload bare in a binary frame.
  static WirePacket binary(std::string_view payload);

  bool isBinary() const noexcept { return _binary; }
  /// Never to be compressed, whatever was agreed on.
  bool isUncompressed() const noexcept { return _uncompressed; }
  void setUncompressed(bool uncompressed) noexcept { _uncompressed = uncompressed; }
  /// The message without the packet type.
  std::string_view payload() const noexcept { return _buffer.view().substr(_payload); }
  /// The packet as text: type and message. Text packets only.
  std::string_view packet() const noexcept { return _buffer.view().substr(_payload - 1); }
  /// The whole WebSocket frame.
  base::BufferSlice frame() const noexcept { return base::BufferSlice(_buffer, 0); }
  std::size_t size() const noexcept { return _buffer.size() - _payload; }

 private:
  base::SharedBuffer _buffer;
  std::uint8_t _payload = 0;  // where the message starts, after frame header and packet type
  bool _binary = false;
  bool _uncompressed = false;
};

}  // namespace chat::engineio
