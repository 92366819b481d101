#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "websocket/FrameError.h"
#include "websocket/Opcode.h"

namespace chat::websocket {

struct FrameHeader {
  Opcode opcode = Opcode::Continuation;
  bool fin = false;
  bool rsv1 = false;  ///< the message is compressed (RFC 7692, section 6)
  std::uint64_t length = 0;
};

/// The part of a frame's payload that has come, unmasked in place.
struct FramePiece {
  FrameHeader header;
  std::span<char> bytes;
  bool begins = false;  ///< the frame's first piece
  bool ends = false;    ///< its last; with `begins`, the whole frame
};

/// Splits a client's bytes into frames (RFC 6455, section 5). A payload is passed on as it comes rather than when it is
/// complete, so that an invalid or too long one is refused at its first wrong byte, and only one buffer grows, the
/// message's.
///
/// No I/O, no clock. After an error it must not be called again.
class FrameParser {
 public:
  enum class Status { NeedMore, Piece, Error };

  /// `allowRsv1`: whether permessage-deflate was agreed on.
  explicit FrameParser(bool allowRsv1 = false) noexcept : _allowRsv1(allowRsv1) {}

  /// Takes bytes from the front of `input`. After Piece, `piece` is set and views the input. After NeedMore, the input
  /// is empty.
  Status next(std::span<char>& input, FramePiece& piece) noexcept;
  FrameError error() const noexcept { return _error; }

 private:
  bool parseHeader(std::span<const unsigned char> bytes) noexcept;
  Status fail(FrameError error) noexcept {
    _error = error;
    return Status::Error;
  }

  static constexpr std::size_t MaxHeader = 14;
  FrameHeader _header;
  std::uint64_t _remaining = 0;  // bytes of the payload
  std::array<unsigned char, 4> _mask{};
  std::array<unsigned char, MaxHeader> _head{};  // a header that came in parts
  std::uint8_t _headSize = 0;
  bool _inPayload = false;
  bool _allowRsv1;
  FrameError _error{};
};

/// XORs the bytes with the masking key (section 5.3); `phase` bytes of the payload were unmasked before.
void unmask(std::span<char> bytes, std::array<unsigned char, 4> mask, std::size_t phase) noexcept;

}  // namespace chat::websocket
