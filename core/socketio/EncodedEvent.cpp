#include "socketio/EncodedEvent.h"

#include "socketio/MsgpackCodec.h"
#include "socketio/PacketCodec.h"

namespace chat::socketio {

EncodedEvent EncodedEvent::of(std::string_view nsp, std::string_view name, std::string_view args,
                              std::span<const std::string_view> attachments, Parser parser,
                              std::optional<std::uint64_t> ackId) {
  const std::string prefix = namespacePrefix(nsp);
  PacketWriter writer(PacketType::Event, prefix, ackId, attachments.size());
  EncodedEvent event;
  writer.event(name, args);
  if (parser == Parser::Msgpack) {
    event.packets.push_back(engineio::WirePacket::binary(encodeMsgpack(writer.text(), attachments)));
    return event;
  }
  event.packets.reserve(1 + attachments.size());
  event.packets.push_back(engineio::WirePacket::text(writer.pieces()));
  for (const auto bytes : attachments) event.packets.push_back(engineio::WirePacket::binary(bytes));
  return event;
}

void EncodedEvent::setUncompressed(bool uncompressed) noexcept {
  for (auto& packet : packets) packet.setUncompressed(uncompressed);
}

}  // namespace chat::socketio
