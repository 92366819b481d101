#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chat::http {

/// Takes the chunked transfer coding (RFC 9112, section 7.1) off a body, however it is cut into reads.
///
///     chunk   = size [ ";" extension ] CRLF data CRLF      size: hexadecimal digits
///     body    = *chunk 1*"0" [ ";" extension ] CRLF *( trailer CRLF ) CRLF
///
/// Stricter than the grammar where leniency has let requests be smuggled: no space around the size, no bare CR or LF
/// anywhere in the framing. Extensions and trailers are dropped; all of a body's together have a limit.
class ChunkDecoder {
 public:
  enum class Status : std::uint8_t { NeedMore, Complete, Malformed, TooLarge };
  /// What extensions and trailers may take in one body, in bytes.
  static constexpr std::size_t MaxOverhead = 8 * 1024;

  struct Step {
    Status status;
    std::size_t consumed;
  };
  /// Appends the data to `body`, which may grow to `limit` bytes. A chunk that would go beyond is TooLarge as soon as
  /// its size is known; nothing is reserved on the strength of an announced size.
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

  std::uint64_t _size = 0;  // of the chunk; then what is left of it
  std::uint32_t _overhead = 0;
  std::uint8_t _digits = 0;
  State _state = State::SizeStart;
};

}  // namespace chat::http
