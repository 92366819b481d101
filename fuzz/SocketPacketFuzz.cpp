// Socket.IO packets of a client, header and payload, with the JSON check.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/JsonText.h"
#include "socketio/AttachmentAssembler.h"
#include "socketio/NamespaceQuery.h"
#include "socketio/PacketCodec.h"

using namespace chat::socketio;

namespace {

constexpr std::size_t MaxAttachments = 10;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

bool isWithin(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// The server encodes an event as an event with the same parts.
void writeAndRead(const PacketView& packet, const EventParts& event) {
  const std::string prefix = namespacePrefix(packet.nsp);
  PacketWriter writer(PacketType::Event, prefix, packet.ackId, packet.attachments);
  if (!packet.ackDigits.empty()) writer.ackDigits(packet.ackDigits);
  const std::string text = writer.event(event.name, event.args).text();
  const auto again = parsePacket(text, MaxAttachments);
  require(bool(again));
  require(again.value().nsp == packet.nsp && again.value().ackId == packet.ackId &&
          again.value().ackDigits == packet.ackDigits && again.value().attachments == packet.attachments);
  std::string unescaped;
  const auto parts = splitEvent(again.value().json, unescaped);
  require(bool(parts) && parts.value().args == event.args);
}

void readPayload(const PacketView& packet) {
  switch (packet.type) {
    case PacketType::Event:
    case PacketType::BinaryEvent: {
      std::string unescaped;
      if (const auto event = splitEvent(packet.json, unescaped)) writeAndRead(packet, event.value());
      break;
    }
    case PacketType::Ack:
    case PacketType::BinaryAck:
      if (const auto args = splitAck(packet.json)) require(isWithin(args.value(), packet.json));
      break;
    case PacketType::Connect: {
      const auto asked = splitNamespace(packet.nsp);
      require(chat::base::isJsonObject(queryAsJson(asked.query)));
      break;
    }
    default:
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto packet = parsePacket(text, MaxAttachments)) {
    const PacketView& view = packet.value();
    require(view.attachments <= MaxAttachments && view.ackDigits.size() <= MaxAckDigits);
    require(isWithin(view.json, text) && isWithin(view.ackDigits, text));
    if (view.attachments > 0) {
      AttachmentAssembler assembler(view);
      while (!assembler.add("bytes")) continue;
      readPayload(assembler.packet());
    } else {
      readPayload(view);
    }
  }
  const auto end = chat::base::skipJsonValue(text);
  if (end != std::string_view::npos && end > size) __builtin_trap();
  return 0;
}
