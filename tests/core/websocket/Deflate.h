#pragma once

#define ZLIB_CONST  // NOLINT: so that zlib's input is const
#include <cppunit/TestAssert.h>
#include <zlib.h>

#include <string>
#include <string_view>

namespace chat::websocket {

/// A client's side of permessage-deflate, written with plain zlib, to test the server.
class PeerDeflate {
 public:
  explicit PeerDeflate(int windowBits = 15, int level = 6) {
    CPPUNIT_ASSERT_EQUAL(Z_OK, deflateInit2(&_z, level, Z_DEFLATED, -windowBits, 8, Z_DEFAULT_STRATEGY));
  }
  ~PeerDeflate() { deflateEnd(&_z); }
  PeerDeflate(const PeerDeflate&) = delete;
  PeerDeflate& operator=(const PeerDeflate&) = delete;

  std::string compress(std::string_view message) {
    std::string out = run(message, Z_SYNC_FLUSH);
    CPPUNIT_ASSERT(out.ends_with(std::string_view("\x00\x00\xFF\xFF", 4)));
    out.resize(out.size() - 4);
    return out;
  }
  /// With a block that is marked as the last one, as in RFC 7692, section 7.2.3.5.
  std::string compressWithFinalBlock(std::string_view message) {
    std::string out = run(message, Z_FINISH);
    deflateReset(&_z);
    return out + '\0';
  }

 private:
  std::string run(std::string_view input, int flush) {
    std::string out(deflateBound(&_z, input.size()) + 64, '\0');
    _z.next_in = reinterpret_cast<const Bytef*>(input.data());
    _z.avail_in = static_cast<uInt>(input.size());
    _z.next_out = reinterpret_cast<Bytef*>(out.data());
    _z.avail_out = static_cast<uInt>(out.size());
    deflate(&_z, flush);
    CPPUNIT_ASSERT(_z.avail_out > 0);
    out.resize(out.size() - _z.avail_out);
    return out;
  }
  z_stream _z{};
};

class PeerInflate {
 public:
  explicit PeerInflate(int windowBits = 15) { CPPUNIT_ASSERT_EQUAL(Z_OK, inflateInit2(&_z, -windowBits)); }
  ~PeerInflate() { inflateEnd(&_z); }
  PeerInflate(const PeerInflate&) = delete;
  PeerInflate& operator=(const PeerInflate&) = delete;

  std::string inflate(std::string_view message) {
    std::string in(message);
    in.append("\x00\x00\xFF\xFF", 4);
    std::string out;
    char buffer[4096];
    _z.next_in = reinterpret_cast<const Bytef*>(in.data());
    _z.avail_in = static_cast<uInt>(in.size());
    do {
      _z.next_out = reinterpret_cast<Bytef*>(buffer);
      _z.avail_out = sizeof buffer;
      const int result = ::inflate(&_z, Z_SYNC_FLUSH);
      CPPUNIT_ASSERT(result == Z_OK || result == Z_BUF_ERROR);
      out.append(buffer, sizeof buffer - _z.avail_out);
    } while (_z.avail_out == 0);
    return out;
  }
  void reset() { inflateReset(&_z); }

 private:
  z_stream _z{};
};

/// Text that compresses like chat: words that repeat, and numbers that don't.
inline std::string chatter(std::size_t size, unsigned seed = 1) {
  static constexpr std::string_view Words[] = {"\"message\":",  "{\"user\":", "hello ",
                                               "see you later", "},",         "\"at\":"};
  std::string text;
  while (text.size() < size) {
    seed = seed * 1103515245U + 12345U;
    text += Words[(seed >> 16) % std::size(Words)];
    if ((seed >> 20) % 3 == 0) text += std::to_string(seed);
  }
  text.resize(size);
  return text;
}

}  // namespace chat::websocket
