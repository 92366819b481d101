#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/Packet.h"

namespace chat::socketio {

/// A binary packet that waits for its attachments, which follow as binary messages. Owns what has come so far; no
/// memory is reserved for attachments that are only announced. Limits: the number of attachments by
/// Options::maxAttachments (parsePacket), the bytes of each by the Engine.IO payload limit.
class AttachmentAssembler {
 public:
  /// Copies the packet; `packet.attachments` must not be 0.
  explicit AttachmentAssembler(const PacketView& packet);

  /// Copies an attachment. True when it was the last one; the packet is then complete.
  bool add(std::string_view bytes);

  /// Views into this object.
  PacketView packet() const noexcept;
  std::vector<std::string_view> attachments() const { return {_attachments.begin(), _attachments.end()}; }

 private:
  PacketView _header;  // its views are not used: the strings below own the texts
  std::string _nsp;
  std::string _ackDigits;
  std::string _json;
  std::vector<std::string> _attachments;
};

}  // namespace chat::socketio
