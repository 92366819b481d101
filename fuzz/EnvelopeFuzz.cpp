// Frames of the plain WebSocket endpoint.
#include <cstdint>
#include <string>

#include "plainws/EnvelopeCodec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string unescaped;
  const auto envelope = chat::plainws::parseEnvelope({reinterpret_cast<const char*>(data), size}, unescaped);
  static_cast<void>(static_cast<bool>(envelope));
  return 0;
}
