#pragma once

#include <cstddef>
#include <string>

namespace bench {

/// A masked client's frame of a payload, as FrameParser takes it.
inline std::string clientFrame(char first, const std::string& payload) {
  std::string frame(1, first);
  if (payload.size() < 126) {
    frame.push_back(static_cast<char>(0x80 | payload.size()));
  } else {
    frame.push_back(static_cast<char>(0xFE));
    frame.push_back(static_cast<char>(payload.size() >> 8));
    frame.push_back(static_cast<char>(payload.size() & 0xFF));
  }
  const std::string mask = "\x37\xfa\x21\x3d";
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) frame.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  return frame;
}

/// A chat's event, 64 bytes of text in it.
inline const std::string Event =
    R"(["messages",{"data":{"type":"messages","text":"The quick brown fox jumps over the lazy dog, and back again."}}])";

}  // namespace bench
