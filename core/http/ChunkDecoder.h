#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chat::http {

/// Decodes the chunked transfer coding (RFC 9112, section 7.1) of a body that comes in any number of reads.
///
///     chunk   = size [ ";" extension ] CRLF data CRLF      size: hexadecimal digits
///     body    = *chunk 1*"0" [ ";" extension ] CRLF *( trailer CRLF ) CRLF
///
/// Stricter than the grammar in places where lenient parsers have let requests be smuggled: no space around the size,
/// no bare CR or LF anywhere in the framing. Extensions and trailers are dropped; their total size in a body is
/// limited.
class ChunkDecoder {
 public:
  enum class Status : std::uint8_t { NeedMore, Complete, Malformed, TooLarge };
  /// The size in bytes that all extensions and trailers of one body may have.
  static constexpr std::size_t MaxOverhead = 8 * 1024;

  struct Step {
    Status status;
    std::size_t consumed;
  };
  /// Appends the data to `body`, which may grow to `limit` bytes. A chunk that would exceed it is TooLarge as soon as
  /// its size is known. No memory is reserved because of an announced size.
  Step decode(std::string_view input, std::string& body, std::size_t limit);

 private:
  enum class State : std::uint8_t {
    SizeStart,
    Size,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    TrailerStart,
    Trailer,
    TrailerLf,
    LastLf,
  };
  bool framing(char c) noexcept;
  bool overhead() noexcept { return ++_overhead <= MaxOverhead; }

  std::uint64_t _size = 0;  // the chunk's size; then the bytes of it that are still to come
  std::uint32_t _overhead = 0;
  std::uint8_t _digits = 0;
  State _state = State::SizeStart;
};

}  // namespace chat::http
