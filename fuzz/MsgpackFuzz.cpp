// MessagePack packets: an accepted packet becomes JSON, and the same JSON after encoding and decoding again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/JsonText.h"
#include "socketio/MsgpackCodec.h"
#include "socketio/PacketCodec.h"

using namespace chat;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto decoded = socketio::decodeMsgpack(bytes, 10);
  if (!decoded) return 0;
  const auto& packet = decoded.value();
  if (packet.attachments.size() > 10) std::abort();
  if (!packet.json.empty() && base::skipJsonValue(packet.json) != packet.json.size()) std::abort();

  const auto prefix = socketio::namespacePrefix(packet.nsp);
  if (packet.nsp.empty() || packet.nsp.front() != '/' || packet.nsp.find(',') != std::string::npos) return 0;
  socketio::PacketWriter writer(packet.type, prefix, packet.ackId, packet.attachments.size());
  const auto views = packet.attachmentViews();
  const auto again = socketio::decodeMsgpack(socketio::encodeMsgpack(writer.payload(packet.json).text(), views), 20);
  if (packet.type != socketio::PacketType::Event && packet.type != socketio::PacketType::Ack) return 0;
  if (!again || again.value().nsp != packet.nsp || again.value().ackId != packet.ackId) std::abort();
  return 0;
}
