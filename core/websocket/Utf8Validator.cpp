#include "websocket/Utf8Validator.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

namespace chat::websocket {
namespace {

/// The length of the character that begins with this byte; 0 if no character does.
std::size_t lengthOf(unsigned char lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

/// Whether the bytes can be the beginning of a character (RFC 3629, section 4).
bool canBegin(std::string_view bytes) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const std::size_t length = lengthOf(at(0));
  if (length == 0 || bytes.size() > length) return false;
  if (bytes.size() > 1) {
    unsigned char lowest = 0x80;
    unsigned char highest = 0xBF;
    if (at(0) == 0xE0) lowest = 0xA0;
    if (at(0) == 0xED) highest = 0x9F;
    if (at(0) == 0xF0) lowest = 0x90;
    if (at(0) == 0xF4) highest = 0x8F;
    if (at(1) < lowest || at(1) > highest) return false;
  }
  for (std::size_t i = 2; i < bytes.size(); ++i) {
    if (at(i) < 0x80 || at(i) > 0xBF) return false;
  }
  return true;
}

/// The number of bytes at the end that belong to an incomplete character.
std::size_t unfinishedTail(std::string_view text) noexcept {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

}  // namespace

bool isUtf8(std::string_view text) noexcept {
  // Most texts are short and ASCII: eight bytes at a time, without the call through simdjson's dispatch table.
  if (text.size() <= 256) {
    std::size_t i = 0;
    std::uint64_t seen = 0;
    for (; i + 8 <= text.size(); i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, sizeof word);
      seen |= word;
    }
    for (; i < text.size(); ++i) seen |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i]));
    if ((seen & 0x8080808080808080U) == 0) return true;
  }
  return simdjson::validate_utf8(text.data(), text.size());
}

bool Utf8Validator::add(std::string_view part) noexcept {
  while (_pendingSize > 0 && !part.empty()) {
    _pending[_pendingSize++] = part.front();
    part.remove_prefix(1);
    const std::string_view begun(_pending.data(), _pendingSize);
    if (!canBegin(begun)) return false;
    if (_pendingSize == lengthOf(static_cast<unsigned char>(_pending[0]))) _pendingSize = 0;
  }
  if (part.empty()) return true;
  const std::size_t tail = unfinishedTail(part);
  if (!isUtf8(part.substr(0, part.size() - tail))) return false;
  if (tail == 0) return true;
  std::copy_n(part.end() - static_cast<std::ptrdiff_t>(tail), tail, _pending.begin());
  _pendingSize = static_cast<std::uint8_t>(tail);
  return canBegin({_pending.data(), tail});
}

bool Utf8Validator::finish() noexcept {
  return std::exchange(_pendingSize, 0) == 0;
}

}  // namespace chat::websocket
