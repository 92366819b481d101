#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chat::socketio {

enum class PacketType : std::uint8_t { Connect, Disconnect, Event, Ack, ConnectError, BinaryEvent, BinaryAck };

/// What makes text no packet of a client. Each ends the session (`parse error`).
enum class PacketError {
  UnknownType,           ///< the first character is none of 0–6
  IllegalAttachments,    ///< the number of attachments is missing or no number
  TooManyAttachments,    ///< more of them than Options::maxAttachments
  IllegalAckId,          ///< beyond 64 bits
  IllegalPayload,        ///< not what the type must carry, or no JSON
  IllegalEventName,      ///< an event's first element is neither a string nor a number
  ReservedEventName,     ///< `connect`, `disconnect` and the like, which have a meaning of their own
  NotMsgpack,            ///< no packet of the msgpack parser
  UnexpectedText,        ///< text where attachments are awaited
  UnexpectedAttachment,  ///< binary where none is awaited
};

/// A sentence for logs.
std::string_view describe(PacketError error) noexcept;

/// A packet with its header read and its payload as it came: whether that is JSON isn't known yet.
struct PacketView {
  PacketType type = PacketType::Event;
  std::string_view nsp = "/";
  std::optional<std::uint64_t> ackId;
  std::size_t attachments = 0;
  std::string_view json;
};

}  // namespace chat::socketio
