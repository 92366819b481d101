// Bodies of polling requests, in every form.
#include <cstdint>
#include <string_view>

#include "engineio/packet/PayloadCodec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  std::size_t total = 0;
  const auto count = [&](const chat::engineio::PacketView& packet) {
    total += packet.data.size();
    return true;
  };
  chat::engineio::decodePayload(body, 4, false, count);
  chat::engineio::decodePayload(body, 3, false, count);
  chat::engineio::decodePayload(body, 3, true, count);
  if (total > 3 * size) __builtin_trap();  // decoding doesn't multiply the input
  return 0;
}
