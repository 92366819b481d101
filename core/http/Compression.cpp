#include "http/Compression.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <array>
#include <limits>
#include <memory>
#include <stdexcept>

namespace chat::http {
namespace {

constexpr int WindowBits = 15;
constexpr int GzipFormat = 16;  // added to the window's bits
constexpr int MemoryLevel = 8;
constexpr int QuickLevel = 1;
constexpr int ThoroughLevel = 6;
constexpr int BrotliQuality =
    6;  // 11 takes seconds for the bundles of the Socket.IO client and makes them a tenth smaller

/// A zlib stream that is used again and again.
class Deflater {
 public:
  Deflater(bool gzip, int level) {
    if (deflateInit2(&_stream, level, Z_DEFLATED, gzip ? WindowBits + GzipFormat : WindowBits, MemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::runtime_error("zlib can't be initialised");
    }
  }
  ~Deflater() { deflateEnd(&_stream); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string run(std::string_view text) {
    deflateReset(&_stream);
    std::string out(deflateBound(&_stream, static_cast<uLong>(text.size())), '\0');
    _stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT: zlib only reads it
    _stream.avail_in = static_cast<uInt>(text.size());
    _stream.next_out = reinterpret_cast<Bytef*>(out.data());
    _stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&_stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib failed to compress");
    out.resize(out.size() - _stream.avail_out);
    return out;
  }

 private:
  z_stream _stream{};
};

std::string quicklyDeflated(std::string_view text, bool gzip) {
  static thread_local std::array<std::unique_ptr<Deflater>, 2> kept;
  auto& deflater = kept[gzip ? 1 : 0];
  if (!deflater) deflater = std::make_unique<Deflater>(gzip, QuickLevel);
  return deflater->run(text);
}

std::string brotli(std::string_view text, int quality) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  const auto done = BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                                          reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                          reinterpret_cast<std::uint8_t*>(out.data()));
  if (done != BROTLI_TRUE) throw std::runtime_error("brotli failed to compress");
  out.resize(size);
  return out;
}

}  // namespace

std::string compressed(std::string_view text, ContentCoding coding, Effort effort) {
  if (text.size() > std::numeric_limits<uInt>::max() / 2) throw std::runtime_error("too large to compress");
  switch (coding) {
    case ContentCoding::Brotli:
      return brotli(text, effort == Effort::Quick ? QuickLevel : BrotliQuality);
    case ContentCoding::Gzip:
    case ContentCoding::Deflate: {
      const bool gzip = coding == ContentCoding::Gzip;
      return effort == Effort::Quick ? quicklyDeflated(text, gzip) : Deflater(gzip, ThoroughLevel).run(text);
    }
    case ContentCoding::Identity:
      break;
  }
  return std::string(text);
}

bool isCompressible(std::string_view contentType) noexcept {
  const auto type = contentType.substr(0, contentType.find(';'));
  return type.starts_with("text/") || type.ends_with("json") || type.ends_with("xml") || type == "application/wasm" ||
         type == "application/javascript";
}

}  // namespace chat::http
