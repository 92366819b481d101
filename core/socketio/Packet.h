#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chat::socketio {

enum class PacketType : std::uint8_t { Connect, Disconnect, Event, Ack, ConnectError, BinaryEvent, BinaryAck };

/// Why a client's packet is invalid. Each ends the session (`parse error`), except TooDeep in JSON.
enum class PacketError {
  UnknownType,           ///< the first character is none of 0–6
  IllegalAttachments,    ///< their number is missing or invalid, or a placeholder names a missing attachment
  TooManyAttachments,    ///< more than Options::maxAttachments
  IllegalAckId,          ///< more than MaxAckDigits digits
  IllegalPayload,        ///< not what the packet type must carry, or not JSON
  TooDeep,               ///< arrays and objects nested deeper than base::MaxJsonDepth
  IllegalEventName,      ///< an event's first element is neither a string nor a number
  ReservedEventName,     ///< `connect`, `disconnect` and the like, which clients and servers use themselves
  NotMsgpack,            ///< not a packet of the msgpack parser
  UnexpectedText,        ///< text where attachments are awaited
  UnexpectedAttachment,  ///< binary where none is awaited
};

/// Clients number their acknowledgements from 0 on. An ack id beyond 64 bits is sent back as its digits, up to this
/// many.
inline constexpr std::size_t MaxAckDigits = 64;

/// A sentence for logs.
std::string_view describe(PacketError error) noexcept;

/// A packet whose header is parsed and whose payload is not: it may not even be JSON.
struct PacketView {
  PacketType type = PacketType::Event;
  std::string_view nsp = "/";
  std::optional<std::uint64_t> ackId;
  std::string_view ackDigits;  ///< of an event: the ack id if it doesn't fit into 64 bits, to be sent back as it is
  std::size_t attachments = 0;
  std::string_view json;
};

}  // namespace chat::socketio
