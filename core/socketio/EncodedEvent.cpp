#include "socketio/EncodedEvent.h"

#include "socketio/PacketCodec.h"

namespace chat::socketio {

EncodedEvent EncodedEvent::of(std::string_view nsp, std::string_view name, std::string_view args,
                              std::span<const std::string_view> attachments, std::optional<std::uint64_t> ackId) {
  const std::string prefix = namespacePrefix(nsp);
  PacketWriter writer(PacketType::Event, prefix, ackId, attachments.size());
  EncodedEvent event;
  event.packets.reserve(1 + attachments.size());
  event.packets.push_back(engineio::WirePacket::text(writer.event(name, args).pieces()));
  for (const auto bytes : attachments) event.packets.push_back(engineio::WirePacket::binary(bytes));
  return event;
}

}  // namespace chat::socketio
