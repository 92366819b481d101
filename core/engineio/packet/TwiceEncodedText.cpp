#include "engineio/packet/TwiceEncodedText.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "websocket/Utf8Validator.h"

namespace chat::engineio {
namespace {

constexpr unsigned char FirstBeyondAscii = 0x80;

/// The bytes that the characters stand for, if each stands for one and the bytes are UTF-8.
std::optional<std::string> bytesOfCharacters(std::string_view text) {
  constexpr char Latin1Low = '\xC2';   // leads U+0080 to U+00BF
  constexpr char Latin1High = '\xC3';  // leads U+00C0 to U+00FF
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < FirstBeyondAscii) {
      bytes.push_back(c);
    } else if ((c == Latin1Low || c == Latin1High) && i + 1 < text.size()) {
      bytes.push_back(static_cast<char>(text[++i] + (c == Latin1High ? 0x40 : 0)));
    } else {
      return std::nullopt;
    }
  }
  if (!websocket::isUtf8(bytes)) return std::nullopt;
  return bytes;
}

void appendEscape(std::string& out, std::uint32_t unit) {
  constexpr std::string_view Digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(Digits[unit >> shift & 0xF]);
}

/// The character that starts at `i`, which is moved to its last byte. The text is UTF-8.
std::uint32_t characterAt(std::string_view text, std::size_t& i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  std::uint32_t character = lead & (0x3FU >> more);
  for (int k = 0; k < more && i + 1 < text.size(); ++k)
    character = character << 6 | (static_cast<unsigned char>(text[++i]) & 0x3FU);
  return character;
}

}  // namespace

bool TwiceEncodedText::isBeyondAscii(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= FirstBeyondAscii; });
}

PacketView TwiceEncodedText::decode(const PacketView& packet, std::string& scratch) {
  if (_once || packet.isBinary || !isBeyondAscii(packet.data)) return packet;
  auto bytes = bytesOfCharacters(packet.data);
  if (!bytes) {
    _once = true;
    return packet;
  }
  scratch = std::move(*bytes);
  return {packet.type, false, scratch};
}

std::string TwiceEncodedText::escape(std::string_view packet) {
  const auto json = std::min(packet.find_first_of("[{\""), packet.size());
  std::string out(packet.substr(0, json));
  if (isBeyondAscii(out)) return std::string(packet);
  for (std::size_t i = json; i < packet.size(); ++i) {
    if (static_cast<unsigned char>(packet[i]) < FirstBeyondAscii) {
      out.push_back(packet[i]);
      continue;
    }
    const auto character = characterAt(packet, i);
    if (character < 0x10000) {
      appendEscape(out, character);
    } else {
      appendEscape(out, 0xD800 + ((character - 0x10000) >> 10));
      appendEscape(out, 0xDC00 + ((character - 0x10000) & 0x3FF));
    }
  }
  return out;
}

}  // namespace chat::engineio
