#include "engineio/packet/PacketCodec.h"

#include <sodium.h>

namespace chat::engineio {
namespace {

std::optional<PacketType> typeOf(char digit) {
  if (digit < '0' || digit > '6') return std::nullopt;
  return static_cast<PacketType>(digit - '0');
}

/// As lenient as the reference's decoder where encoders differ: Java's and MIME's break lines, some write the alphabet
/// of URLs, some leave the padding out. Anything else is no base64.
bool decodeBase64(std::string_view text, std::string& bytes) {
  constexpr const char* LineEnds = "\r\n";
  text = text.substr(0, text.find_last_not_of("=\r\n") + 1);
  const int variant = text.find_first_of("-_") == std::string_view::npos ? sodium_base64_VARIANT_ORIGINAL_NO_PADDING
                                                                         : sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  bytes.resize(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(),
                        LineEnds, &size, nullptr, variant) != 0) {
    return false;
  }
  bytes.resize(size);
  return true;
}

}  // namespace

std::optional<PacketView> decodeText(std::string_view text, int protocol, std::string& scratch) {
  if (text.empty()) return std::nullopt;
  if (text.front() == 'b') {
    text.remove_prefix(1);
    auto type = PacketType::Message;
    if (protocol == 3) {
      const auto given = text.empty() ? std::nullopt : typeOf(text.front());
      if (!given) return std::nullopt;
      type = *given;
      text.remove_prefix(1);
    }
    if (!decodeBase64(text, scratch)) return std::nullopt;
    return PacketView{type, true, scratch};
  }
  const auto type = typeOf(text.front());
  if (!type) return std::nullopt;
  return PacketView{*type, false, text.substr(1)};
}

std::optional<PacketView> decodeBinary(std::string_view bytes, int protocol) {
  if (protocol != 3) return PacketView{PacketType::Message, true, bytes};
  if (bytes.empty() || static_cast<unsigned char>(bytes.front()) > static_cast<unsigned char>(PacketType::Noop)) {
    return std::nullopt;
  }
  return PacketView{static_cast<PacketType>(bytes.front()), true, bytes.substr(1)};
}

void appendBase64Message(std::string& out, std::string_view bytes, int protocol) {
  out += protocol == 3 ? "b4" : "b";
  const std::size_t length = sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  const std::size_t at = out.size();
  out.resize(at + length);
  sodium_bin2base64(out.data() + at, length, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.resize(at + length - 1);  // without the terminating zero
}

}  // namespace chat::engineio
