// Engine.IO packets, text and binary, of both protocol versions.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "engineio/packet/PacketCodec.h"
#include "engineio/packet/TwiceEncodedText.h"
#include "websocket/Utf8Validator.h"

using namespace chat::engineio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const int protocol : {3, 4}) {
    std::string scratch;
    const auto text = decodeText(bytes, protocol, scratch);
    if (text && text->data.size() > size) __builtin_trap();
    const auto binary = decodeBinary(bytes, protocol);
    if (binary && binary->data.size() > size) __builtin_trap();

    // Base64 decodes to the same bytes.
    std::string packet;
    appendBase64Message(packet, bytes, protocol);
    const auto again = decodeText(packet, protocol, scratch);
    if (!again || !again->isBinary || again->type != PacketType::Message || again->data != bytes) __builtin_trap();
    // Also with the line breaks of Java's encoder, and with the URL-safe alphabet.
    std::replace(packet.begin(), packet.end(), '+', '-');
    std::replace(packet.begin(), packet.end(), '/', '_');
    for (std::size_t at = protocol == 3 ? 78 : 77; at < packet.size(); at += 77) packet.insert(at, 1, '\n');
    packet.push_back('\n');
    const auto lines = decodeText(packet, protocol, scratch);
    if (!lines || lines->data != bytes) __builtin_trap();
  }
  TwiceEncodedText decoder;
  std::string scratch;
  for (int i = 0; i < 2; ++i) {
    const auto packet = decoder.decode({PacketType::Message, false, bytes}, scratch);
    if (packet.data.size() > size) __builtin_trap();
  }
  if (chat::websocket::isUtf8(bytes)) {  // text that is sent always is
    const auto escaped = TwiceEncodedText::escape(bytes);
    if (escaped != bytes && TwiceEncodedText::isBeyondAscii(escaped)) __builtin_trap();
  }
  return 0;
}
