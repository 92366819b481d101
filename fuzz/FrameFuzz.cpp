// Frames and messages of a WebSocket client, in chunks.
#include <cstdint>
#include <string>

#include "Chunks.h"
#include "websocket/MessageAssembler.h"

using namespace chat::websocket;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chat::fuzz::Chunks chunks({reinterpret_cast<const char*>(data), size});
  FrameParser parser;
  MessageAssembler assembler({4096, 64});
  while (!chunks.empty()) {
    std::string bytes(chunks.next());
    std::span<char> input(bytes);
    FramePiece piece;
    MessageView message;
    for (;;) {
      const auto status = parser.next(input, piece);
      if (status == FrameParser::Status::Error) return 0;
      if (status == FrameParser::Status::NeedMore) break;
      const auto assembled = assembler.add(piece, message);
      if (assembled == MessageAssembler::Status::Error) return 0;
      if (assembled == MessageAssembler::Status::Message && message.opcode == Opcode::Text && !isUtf8(message.bytes)) {
        __builtin_trap();
      }
    }
  }
  return 0;
}
