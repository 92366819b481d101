#include "socketio/AttachmentAssembler.h"

namespace chat::socketio {

AttachmentAssembler::AttachmentAssembler(const PacketView& packet)
    : _header(packet), _nsp(packet.nsp), _ackDigits(packet.ackDigits), _json(packet.json) {}

bool AttachmentAssembler::add(std::string_view bytes) {
  _attachments.emplace_back(bytes);
  return _attachments.size() == _header.attachments;
}

PacketView AttachmentAssembler::packet() const noexcept {
  PacketView packet = _header;
  packet.nsp = _nsp;
  packet.ackDigits = _ackDigits;
  packet.json = _json;
  return packet;
}

}  // namespace chat::socketio
