#include "websocket/Inflater.h"

#define ZLIB_CONST  // NOLINT: so that zlib's input is const
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace chat::websocket {
namespace {

constexpr std::size_t ScratchSize = 64 * 1024;
constexpr std::size_t MaxSpareStreams = 4;
constexpr std::size_t SmallestContext = 1024;
// The bytes that the sender removes from the end of a message (section 7.2.1).
constexpr std::string_view Tail("\x00\x00\xFF\xFF", 4);
// A flag of zlib's inflate: the decoder is between two blocks. The lower bits count the unused bits of its last byte.
constexpr int BetweenBlocks = 128;
constexpr int UnusedBits = 7;

std::span<char> scratch() {
  static thread_local const auto bytes = std::make_unique_for_overwrite<char[]>(ScratchSize);
  return {bytes.get(), ScratchSize};
}

}  // namespace

struct Inflater::Stream {
  z_stream z{};
  Stream() {
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

namespace {

template <typename Stream>
std::vector<std::unique_ptr<Stream>>& spareStreams() {
  static thread_local std::vector<std::unique_ptr<Stream>> spare;
  return spare;
}

}  // namespace

void Inflater::Returner::operator()(Stream* stream) const noexcept {
  std::unique_ptr<Stream> owned(stream);
  auto& spare = spareStreams<Stream>();
  if (spare.size() < MaxSpareStreams) spare.push_back(std::move(owned));
}

Inflater::Lent Inflater::borrow() {
  auto& spare = spareStreams<Stream>();
  spare.reserve(MaxSpareStreams);  // so that giving one back can't fail
  if (spare.empty()) return Lent(new Stream);
  Lent stream(spare.back().release());
  spare.pop_back();
  return stream;
}

Inflater::Inflater(int windowBits, bool keepsContext) noexcept
    : _windowBits(static_cast<std::uint8_t>(windowBits)), _keepsContext(keepsContext) {}

Inflater::~Inflater() = default;

void Inflater::feed(std::string_view bytes, bool last) {
  _input = bytes;
  _last = last;
  _tail = false;
  _began = _began || !bytes.empty();
}

Inflater::Status Inflater::next(std::size_t most, std::string_view& out) {
  const auto status = inflateSome(most, out);
  _inflated += out.size();
  return status;
}

Inflater::Status Inflater::inflateSome(std::size_t most, std::string_view& out) {
  out = {};
  // Some clients send an empty message as no bytes at all rather than as the one byte that section 7.2.3.6 asks for.
  if (!_began) return Status::Done;
  if (!_stream && !begin()) return Status::Bad;
  auto& z = _stream->z;
  const auto buffer = scratch();
  const auto room = std::min(most, buffer.size());
  z.next_out = reinterpret_cast<Bytef*>(buffer.data());
  z.avail_out = static_cast<uInt>(room);
  for (;;) {
    z.next_in = reinterpret_cast<const Bytef*>(_input.data());
    z.avail_in = static_cast<uInt>(_input.size());
    const int result = inflate(&z, Z_SYNC_FLUSH);
    _input.remove_prefix(_input.size() - z.avail_in);
    out = {buffer.data(), room - z.avail_out};
    if (result == Z_STREAM_END) {
      // A block marked as the last one doesn't end the message (section 7.2.3.4): go on, and keep the window.
      inflateResetKeep(&z);
      if (_input.empty() && _last && !_tail) return finish();
      continue;
    }
    if (result != Z_OK && result != Z_BUF_ERROR) return Status::Bad;
    if (z.avail_out == 0) return Status::Output;
    if (!_last) return Status::Done;
    if (_tail) return (z.data_type & BetweenBlocks) && !(z.data_type & UnusedBits) ? finish() : Status::Bad;
    _tail = true;
    _input = Tail;
  }
}

bool Inflater::begin() {
  _stream = borrow();
  return inflateReset2(&_stream->z, -_windowBits) == Z_OK &&
         (_contextSize == 0 ||
          inflateSetDictionary(&_stream->z, reinterpret_cast<const Bytef*>(_context.get()), _contextSize) == Z_OK);
}

Inflater::Status Inflater::finish() {
  if (_keepsContext) keepContext();
  _stream.reset();
  _began = false;
  return Status::Done;
}

void Inflater::keepContext() {
  uInt size = 0;
  inflateGetDictionary(&_stream->z, nullptr, &size);
  if (size > _contextCapacity) {
    const auto capacity = std::max<std::uint32_t>(SmallestContext, std::bit_ceil(size));
    _context = std::make_unique_for_overwrite<char[]>(capacity);
    _contextCapacity = capacity;
  }
  inflateGetDictionary(&_stream->z, reinterpret_cast<Bytef*>(_context.get()), &size);
  _contextSize = size;
}

}  // namespace chat::websocket
