// Compressed messages of a WebSocket client, in chunks, and the server's own compression.
#include <cstdint>
#include <string>
#include <string_view>

#include "Chunks.h"
#include "websocket/Deflater.h"
#include "websocket/MessageAssembler.h"

using namespace chat::websocket;

namespace {

constexpr MessageAssembler::Limits Limits{4096, 64};
constexpr int SmallestWindow = 8;

/// Each chunk is a fragment; every fifth of them ends a message.
void receive(chat::fuzz::Chunks chunks, int windowBits, bool keepsContext) {
  Inflater inflater(windowBits, keepsContext);
  MessageAssembler assembler(Limits);
  for (unsigned i = 0; !chunks.empty(); ++i) {
    std::string bytes(chunks.next());
    const bool first = i % 5 == 0;
    const FrameHeader header{first ? Opcode::Text : Opcode::Continuation, i % 5 == 4, first, bytes.size()};
    MessageView message;
    const auto status = assembler.add({header, std::span(bytes), true, true}, message, &inflater);
    if (inflater.contextSize() > (keepsContext ? std::size_t{1} << windowBits : 0)) __builtin_trap();
    if (status == MessageAssembler::Status::Error) return;
    if (status == MessageAssembler::Status::NeedMore) continue;
    if (message.bytes.size() > Limits.maxMessage || !isUtf8(message.bytes)) __builtin_trap();
  }
}

/// Compressed text is inflated to the same text.
void roundTrip(std::string_view text, int windowBits, int level) {
  Deflater deflater({windowBits, 1 + level % 9, level});
  Inflater inflater(windowBits, true);
  for (int i = 0; i < 2; ++i) {
    const std::string payload(deflater.compress(std::span(&text, 1)));
    std::string got;
    inflater.feed(payload, true);
    for (auto status = Inflater::Status::Output; status != Inflater::Status::Done;) {
      std::string_view out;
      status = inflater.next(1000, out);
      if (status == Inflater::Status::Bad) __builtin_trap();
      got += out;
    }
    if (got != text) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const int windowBits = SmallestWindow + data[0] % 8;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] & 0x80) {
    roundTrip(rest, windowBits, 1 + (data[0] >> 3) % 9);
  } else {
    receive(chat::fuzz::Chunks(rest), windowBits, (data[0] & 0x40) != 0);
  }
  return 0;
}
