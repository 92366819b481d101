#include "engineio/packet/PayloadCodec.h"

#include <algorithm>
#include <charconv>

#include "engineio/packet/PacketCodec.h"
#include "websocket/Utf8Validator.h"

namespace chat::engineio {
namespace {

constexpr char RecordSeparator = '\x1e';
constexpr char BinaryLengthEnd = '\xff';
constexpr std::size_t MaxLengthDigits = 10;

/// UTF-16 code units of a UTF-8 text: a character outside the basic plane counts twice.
std::size_t utf16Length(std::string_view text) noexcept {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

/// How many bytes the first `units` UTF-16 code units take; npos if the text is shorter or ends within a character.
std::size_t bytesOf(std::string_view text, std::size_t units) noexcept {
  std::size_t i = 0;
  while (units > 0 && i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t width = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::size_t cost = width == 4 ? 2 : 1;
    if (cost > units) return std::string_view::npos;
    units -= cost;
    i += width;
  }
  return units == 0 && i <= text.size() ? i : std::string_view::npos;
}

bool handOn(const std::optional<PacketView>& packet, const std::function<bool(const PacketView&)>& onPacket,
            bool& stopped) {
  if (!packet) return false;
  stopped = !onPacket(*packet);
  return true;
}

bool decodeV4(std::string_view body, const std::function<bool(const PacketView&)>& onPacket) {
  std::string scratch;
  bool stopped = false;
  while (!stopped) {
    const auto end = body.find(RecordSeparator);
    if (!handOn(decodeText(body.substr(0, end), 4, scratch), onPacket, stopped)) return false;
    if (end == std::string_view::npos) break;
    body.remove_prefix(end + 1);
  }
  return true;
}

bool decodeV3(std::string_view body, const std::function<bool(const PacketView&)>& onPacket) {
  std::string scratch;
  bool stopped = false;
  if (body.empty()) return false;
  while (!stopped && !body.empty()) {
    const auto colon = body.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon > MaxLengthDigits) return false;
    std::size_t units = 0;
    const auto [end, error] = std::from_chars(body.data(), body.data() + colon, units);
    if (error != std::errc{} || end != body.data() + colon) return false;
    body.remove_prefix(colon + 1);
    const auto bytes = bytesOf(body, units);
    if (bytes == std::string_view::npos) return false;
    if (!handOn(decodeText(body.substr(0, bytes), 3, scratch), onPacket, stopped)) return false;
    body.remove_prefix(bytes);
  }
  return true;
}

bool decodeV3Binary(std::string_view body, const std::function<bool(const PacketView&)>& onPacket) {
  std::string scratch;
  bool stopped = false;
  while (!stopped && !body.empty()) {
    const bool isText = body.front() == 0;
    if (static_cast<unsigned char>(body.front()) > 1) return false;
    const auto end = body.find(BinaryLengthEnd, 1);
    if (end == std::string_view::npos || end == 1 || end - 1 > MaxLengthDigits) return false;
    std::size_t length = 0;
    for (const char digit : body.substr(1, end - 1)) {
      if (static_cast<unsigned char>(digit) > 9) return false;
      length = length * 10 + static_cast<unsigned char>(digit);
    }
    body.remove_prefix(end + 1);
    if (length > body.size()) return false;
    const auto data = body.substr(0, length);
    if (isText && !websocket::isUtf8(data)) return false;
    if (!handOn(isText ? decodeText(data, 3, scratch) : decodeBinary(data, 3), onPacket, stopped)) return false;
    body.remove_prefix(length);
  }
  return true;
}

void appendText(std::string& out, const OutgoingPacket& packet, int protocol) {
  if (!packet.control.empty()) {
    out += packet.control;
  } else if (packet.message.isBinary()) {
    appendBase64Message(out, packet.message.payload(), protocol);
  } else {
    out += packet.message.packet();
  }
}

void appendV3Binary(std::string& out, const OutgoingPacket& packet) {
  const bool isBinary = packet.control.empty() && packet.message.isBinary();
  std::string data;
  if (isBinary) {
    data.push_back(static_cast<char>(PacketType::Message));
    data += packet.message.payload();
  } else {
    appendText(data, packet, 3);
  }
  out.push_back(isBinary ? 1 : 0);
  for (const char digit : std::to_string(data.size())) out.push_back(static_cast<char>(digit - '0'));
  out.push_back(BinaryLengthEnd);
  out += data;
}

}  // namespace

bool decodePayload(std::string_view body, int protocol, bool isBinary,
                   const std::function<bool(const PacketView&)>& onPacket) {
  if (protocol == 3 && isBinary) return decodeV3Binary(body, onPacket);
  if (!websocket::isUtf8(body)) return false;
  return protocol == 3 ? decodeV3(body, onPacket) : decodeV4(body, onPacket);
}

EncodedPayload encodePayload(std::span<const OutgoingPacket> packets, int protocol, bool allowBinary) {
  EncodedPayload payload;
  if (protocol == 3) {
    payload.isBinary = allowBinary && std::any_of(packets.begin(), packets.end(), [](const auto& packet) {
                         return packet.control.empty() && packet.message.isBinary();
                       });
    for (const auto& packet : packets) {
      if (payload.isBinary) {
        appendV3Binary(payload.body, packet);
        continue;
      }
      std::string text;
      appendText(text, packet, 3);
      payload.body += std::to_string(utf16Length(text));
      payload.body.push_back(':');
      payload.body += text;
    }
    return payload;
  }
  for (const auto& packet : packets) {
    if (!payload.body.empty()) payload.body.push_back(RecordSeparator);
    appendText(payload.body, packet, 4);
  }
  return payload;
}

}  // namespace chat::engineio
