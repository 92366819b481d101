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
  IllegalAttachments,    ///< their number is missing or none, or a placeholder stands for one that isn't there
  TooManyAttachments,    ///< more of them than Options::maxAttachments
  IllegalAckId,          ///< of more than MaxAckDigits digits
  IllegalPayload,        ///< not what the type must carry, or no JSON
  IllegalEventName,      ///< an event's first element is neither a string nor a number
  ReservedEventName,     ///< `connect`, `disconnect` and the like, which have a meaning of their own
  NotMsgpack,            ///< no packet of the msgpack parser
  UnexpectedText,        ///< text where attachments are awaited
  UnexpectedAttachment,  ///< binary where none is awaited
};

/// Clients number what they ask from 0 on. One that numbers otherwise gets its own number back, unless it is absurd.
inline constexpr std::size_t MaxAckDigits = 64;

/// A sentence for logs.
std::string_view describe(PacketError error) noexcept;

/// A packet with its header read and its payload as it came: whether that is JSON isn't known yet.
struct PacketView {
  PacketType type = PacketType::Event;
  std::string_view nsp = "/";
  std::optional<std::uint64_t> ackId;
  std::string_view ackDigits;  ///< of an event: the id where it is beyond 64 bits, to be given back as it is
  std::size_t attachments = 0;
  std::string_view json;
};

}  // namespace chat::socketio
