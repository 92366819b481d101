#include "engineio/packet/WirePacket.h"

#include "websocket/FrameWriter.h"

namespace chat::engineio {
namespace {

constexpr std::string_view MessageType = "4";

}  // namespace

WirePacket WirePacket::text(std::span<const std::string_view> pieces) {
  std::size_t length = MessageType.size();
  for (const auto& piece : pieces) length += piece.size();
  const websocket::FrameHead head(websocket::Opcode::Text, length);
  WirePacket packet;
  packet._buffer = base::SharedBuffer::withCapacity(head.view().size() + length);
  packet._buffer.append(head.view());
  packet._buffer.append(MessageType);
  packet._payload = static_cast<std::uint8_t>(packet._buffer.size());
  for (const auto& piece : pieces) packet._buffer.append(piece);
  return packet;
}

WirePacket WirePacket::binary(std::string_view payload) {
  const websocket::FrameHead head(websocket::Opcode::Binary, payload.size());
  WirePacket packet;
  packet._buffer = base::SharedBuffer::withCapacity(head.view().size() + payload.size());
  packet._buffer.append(head.view());
  packet._payload = static_cast<std::uint8_t>(packet._buffer.size());
  packet._buffer.append(payload);
  packet._binary = true;
  return packet;
}

}  // namespace chat::engineio
