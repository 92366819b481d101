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
// {type: 0–4, nsp, data?, id?}. They are converted to what the default parser gives: JSON text whose binary values are
// placeholders for attachments.

/// A received packet; owns its texts.
struct MsgpackPacket {
  PacketType type = PacketType::Event;
  std::string nsp;
  std::optional<std::uint64_t> ackId;
  std::string json;
  std::vector<std::string> attachments;

  PacketView view() const noexcept { return {type, nsp, ackId, {}, attachments.size(), json}; }
  std::vector<std::string_view> attachmentViews() const { return {attachments.begin(), attachments.end()}; }
};

/// How deep maps and arrays may be nested; deeper ones are PacketError::TooDeep.
inline constexpr std::size_t MaxMsgpackDepth = 512;

/// Reads a packet. Binary values become placeholders; timestamps become strings as in JSON (RFC 3339); `undefined`, NaN
/// and infinite numbers become null; other extensions become an array of their type and their bytes. ArrayBuffers and
/// typed arrays, which the encoder under Node writes as extensions, are treated as binary values.
base::Result<MsgpackPacket, PacketError> decodeMsgpack(std::string_view bytes, std::size_t maxAttachments);

/// Encodes the packet that the default parser would send as `text`, which must be JSON, and `attachments`. Every JSON
/// text can be encoded: a number too large for a double becomes infinite, as with JSON.parse, and a lone surrogate
/// becomes U+FFFD. Duplicate keys are kept.
std::string encodeMsgpack(std::string_view text, std::span<const std::string_view> attachments);

}  // namespace chat::socketio
