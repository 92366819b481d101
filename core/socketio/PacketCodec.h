#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/Result.h"
#include "socketio/Packet.h"

namespace chat::socketio {

// The text of a Socket.IO packet (protocol revision 5; revision 4, of Socket.IO 2, differs in payloads only):
//
//   packet      = type [ attachments "-" ] [ nsp [ "," ] ] [ ack-id ] [ json ]
//   type        = "0"–"6"                     ; see PacketType
//   attachments = 1*DIGIT                     ; binary types only: that many binary messages follow
//   nsp         = "/" *( any but "," )        ; absent for "/"; the comma may be missing at the end of the packet
//   ack-id      = 1*DIGIT
//   json        = an object (CONNECT), nothing (DISCONNECT) or an array (the others)

/// Parses the header; of the payload only the first character is looked at. No allocation; views into `text`.
base::Result<PacketView, PacketError> parsePacket(std::string_view text, std::size_t maxAttachments) noexcept;

/// Whether a payload begins as its packet type requires.
bool payloadFits(PacketType type, std::string_view json) noexcept;

/// The parts of an event's payload. Views into the payload, or into `unescaped` for a name with escapes.
struct EventParts {
  std::string_view name;
  std::string_view args;        ///< what follows the name, without commas and brackets at the ends
  bool areArgsTooDeep = false;  ///< nested deeper than base::MaxJsonDepth: `args` is empty
};
/// Checks the payload of an event (see skipJsonValue) and finds its name. A number's name is its text. `unescaped` is
/// written only for a name with escapes.
base::Result<EventParts, PacketError> splitEvent(std::string_view json, std::string& unescaped);

/// Checks the payload of an acknowledgement; returns it without its brackets. PacketError::TooDeep if it is nested
/// deeper than base::MaxJsonDepth.
base::Result<std::string_view, PacketError> splitAck(std::string_view json) noexcept;

/// Composes a packet of pieces, ready for Session::sendText and WirePacket::text, without joining them. All arguments
/// must live as long as the writer. No allocation unless an event's name has to be escaped.
class PacketWriter {
 public:
  /// `prefix`: see namespacePrefix. With attachments, EVENT and ACK turn into their binary types.
  PacketWriter(PacketType type, std::string_view prefix, std::optional<std::uint64_t> ackId = {},
               std::size_t attachments = 0);
  PacketWriter(const PacketWriter&) = delete;
  PacketWriter& operator=(const PacketWriter&) = delete;

  /// Instead of an ack id; to be called first. See PacketView::ackDigits.
  PacketWriter& ackDigits(std::string_view digits);
  /// `args`: JSON values separated by commas; may be empty.
  PacketWriter& event(std::string_view name, std::string_view args);
  PacketWriter& array(std::string_view args);
  PacketWriter& payload(std::string_view json);

  std::span<const std::string_view> pieces() const noexcept { return {_pieces.data(), _count}; }
  std::string text() const;

 private:
  void add(std::string_view piece) noexcept { _pieces[_count++] = piece; }

  std::array<std::string_view, 8> _pieces;
  std::size_t _count = 0;
  std::array<char, 24> _head;  // type, attachments and dash
  std::array<char, 20> _ackId;
  std::string _escaped;
};

/// A namespace as written in a packet: nothing for `/`, otherwise its name and a comma.
std::string namespacePrefix(std::string_view nsp);

/// `{"message":…,"data":…}`, the payload of CONNECT_ERROR; `data` is JSON text, left out if empty.
std::string connectErrorPayload(std::string_view message, std::string_view data);

}  // namespace chat::socketio
