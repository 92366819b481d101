// Socket.IO packets and the JSON check beneath.
#include <cstdint>
#include <string_view>

#include "base/JsonText.h"
#include "socketio/PacketCodec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto packet = chat::socketio::parsePacket(text, 10);
  static_cast<void>(static_cast<bool>(packet));
  const auto end = chat::base::skipJsonValue(text);
  if (end != std::string_view::npos && end > size) __builtin_trap();
  return 0;
}
