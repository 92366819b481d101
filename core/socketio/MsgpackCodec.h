#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/Result.h"
#include "socketio/Packet.h"

namespace chat::socketio {

// The packets of npm's socket.io-msgpack-parser: each is one binary message, a MessagePack map
// {type: 0–4, nsp, data?, id?}. To the rest of the server they are what they are to the default parser: JSON text whose
// binary values are placeholders for attachments.

/// A packet as it was received; owns what it is made of.
struct MsgpackPacket {
  PacketType type = PacketType::Event;
  std::string nsp;
  std::optional<std::uint64_t> ackId;
  std::string json;
  std::vector<std::string> attachments;

  PacketView view() const noexcept { return {type, nsp, ackId, {}, attachments.size(), json}; }
  std::vector<std::string_view> attachmentViews() const { return {attachments.begin(), attachments.end()}; }
};

/// How deep maps and arrays may lie in each other.
inline constexpr std::size_t MaxMsgpackDepth = 512;

/// Reads a packet. Binary values become placeholders, timestamps strings in the way of JSON (RFC 3339), `undefined`,
/// infinite numbers and those that are none null, other extensions an array of their type and their bytes. ArrayBuffers
/// and typed arrays, which the encoder under Node writes as extensions, are binary values.
base::Result<MsgpackPacket, PacketError> decodeMsgpack(std::string_view bytes, std::size_t maxAttachments);

/// The packet that the default parser would send as `text`, which must be JSON, and `attachments`. Each JSON text has
/// one: a number beyond a double is infinite, as JSON.parse has it, half of a surrogate pair U+FFFD. Duplicate keys
/// stay.
std::string encodeMsgpack(std::string_view text, std::span<const std::string_view> attachments);

}  // namespace chat::socketio
