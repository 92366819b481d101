#include "websocket/Deflater.h"

#define ZLIB_CONST  // NOLINT: so that zlib's input is const
#include <zlib.h>

#include <algorithm>
#include <new>
#include <vector>

namespace chat::websocket {
namespace {

constexpr std::size_t TailSize = 4;  // 00 00 FF FF, which the receiver adds again
constexpr std::size_t SmallestOutput = 16 * 1024;
constexpr std::size_t LargestSpareOutput = 256 * 1024;
constexpr std::string_view EmptyMessage("\x00", 1);

/// zlib makes no raw stream with a window of 8 bits. One of 9 bits refers back 250 bytes at most (its window less the
/// 262 bytes of look-ahead), which fits into a receiver's window of 8 bits, 256 bytes.
int zlibWindowBits(int windowBits) noexcept {
  return std::max(windowBits, 9);
}

/// The thread's output buffer. A large one isn't kept for the next message.
std::vector<char>& output() {
  static thread_local std::vector<char> bytes;
  if (bytes.size() > LargestSpareOutput) std::vector<char>().swap(bytes);
  if (bytes.empty()) bytes.resize(SmallestOutput);
  return bytes;
}

}  // namespace

struct Deflater::Stream {
  z_stream z{};
  explicit Stream(const Parameters& parameters) {
    if (deflateInit2(&z, parameters.level, Z_DEFLATED, -zlibWindowBits(parameters.windowBits), parameters.memoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Stream() { deflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

Deflater::Deflater(const Parameters& parameters)
    : _parameters(parameters), _stream(std::make_unique<Stream>(parameters)) {}

Deflater::~Deflater() = default;

std::string_view Deflater::compress(std::span<const std::string_view> pieces) {
  auto& z = _stream->z;
  auto& bytes = output();
  std::size_t used = 0;
  bool any = false;
  const auto run = [&](std::string_view input, int flush) {
    z.next_in = reinterpret_cast<const Bytef*>(input.data());
    z.avail_in = static_cast<uInt>(input.size());
    do {
      if (used == bytes.size()) bytes.resize(2 * bytes.size());
      z.next_out = reinterpret_cast<Bytef*>(bytes.data() + used);
      z.avail_out = static_cast<uInt>(bytes.size() - used);
      deflate(&z, flush);  // can't fail: there is room, and a flush without anything to do is no error here
      used = bytes.size() - z.avail_out;
    } while (z.avail_out == 0);
  };
  for (const auto& piece : pieces) {
    if (piece.empty()) continue;
    run(piece, Z_NO_FLUSH);
    any = true;
  }
  if (!any) return EmptyMessage;
  run({}, Z_SYNC_FLUSH);
  return {bytes.data(), used - TailSize};
}

void Deflater::reset() noexcept {
  deflateReset(&_stream->z);
}

}  // namespace chat::websocket
