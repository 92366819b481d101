#include "base/LogValue.h"

namespace chat::base {

std::string logValue(std::string_view raw, std::size_t limit) {
  static constexpr std::string_view Hex = "0123456789abcdef";
  const bool isCut = raw.size() > limit;
  std::string text = "\"";
  for (const char c : raw.substr(0, limit)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte >= 0x20 && byte < 0x7f) {
      text += c;
    } else {
      text += "\\x";
      text += Hex[byte >> 4U];
      text += Hex[byte & 0xfU];
    }
  }
  return text += isCut ? "\"…" : "\"";
}

}  // namespace chat::base
