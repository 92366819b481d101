#include "websocket/FrameParser.h"

#include <algorithm>
#include <cstring>

#include "base/WideVectors.h"

namespace chat::websocket {
namespace {

constexpr unsigned char FinBit = 0x80;
constexpr unsigned char Rsv1Bit = 0x40;
constexpr unsigned char OtherRsvBits = 0x30;
constexpr unsigned char MaskBit = 0x80;

bool known(unsigned char opcode) noexcept {
  return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xA);
}

/// The length of a header whose second byte is this one.
std::size_t headerLength(unsigned char second) noexcept {
  const unsigned char length = second & 0x7F;
  return 2U + (length == 126 ? 2U : length == 127 ? 8U : 0U) + ((second & MaskBit) ? 4U : 0U);
}

constexpr std::size_t WordsForWide = 64;

inline void unmaskWords(char* at, std::size_t words, std::uint64_t key) noexcept {
  for (std::size_t i = 0; i < words; ++i, at += sizeof key) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    word ^= key;
    std::memcpy(at, &word, sizeof word);
  }
}

CHAT_WIDE_VECTORS void unmaskManyWords(char* at, std::size_t words, std::uint64_t key) noexcept {
  unmaskWords(at, words, key);
}

}  // namespace

void unmask(std::span<char> bytes, std::array<unsigned char, 4> mask, std::size_t phase) noexcept {
  std::array<unsigned char, 8> key;  // NOLINT: filled next
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = mask[(phase + i) & 3];
  std::uint64_t wide = 0;
  std::memcpy(&wide, key.data(), sizeof wide);
  const std::size_t words = bytes.size() / sizeof wide;
  words < WordsForWide ? unmaskWords(bytes.data(), words, wide) : unmaskManyWords(bytes.data(), words, wide);
  for (std::size_t i = words * sizeof wide; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ key[i & (key.size() - 1)]);
  }
}

bool FrameParser::parseHeader(std::span<const unsigned char> bytes) noexcept {
  const unsigned char first = bytes[0];
  const unsigned char second = bytes[1];
  std::uint64_t length = second & 0x7F;
  const unsigned char* at = bytes.data() + 2;
  if (length == 126) {
    length = static_cast<std::uint64_t>(at[0]) << 8 | at[1];
    at += 2;
    if (length < 126) return fail(FrameError::LengthNotMinimal), false;
  } else if (length == 127) {
    length = 0;
    for (int i = 0; i < 8; ++i) length = length << 8 | at[i];
    at += 8;
    if (length <= 0xFFFF || length >> 63 != 0) return fail(FrameError::LengthNotMinimal), false;
  }
  std::copy_n(at, _mask.size(), _mask.begin());
  _header = {static_cast<Opcode>(first & 0x0F), (first & FinBit) != 0, (first & Rsv1Bit) != 0, length};
  return true;
}

FrameParser::Status FrameParser::next(std::span<char>& input, FramePiece& piece) noexcept {
  bool begins = false;
  if (!_inPayload) {
    // Errors in the first two bytes are reported at once: a peer that sends nothing more is refused too.
    const auto* bytes = reinterpret_cast<const unsigned char*>(input.data());
    std::size_t available = input.size();
    std::size_t taken = 0;
    if (_headSize > 0) {
      while (_headSize < 2 && taken < input.size()) _head[_headSize++] = static_cast<unsigned char>(input[taken++]);
      bytes = _head.data();
      available = _headSize;
    }
    if (available > 0) {
      if (bytes[0] & OtherRsvBits || ((bytes[0] & Rsv1Bit) && !_allowRsv1)) return fail(FrameError::ReservedBits);
      const auto opcode = static_cast<unsigned char>(bytes[0] & 0x0F);
      if (!known(opcode)) return fail(FrameError::UnknownOpcode);
      const bool isContinuation = static_cast<Opcode>(opcode) == Opcode::Continuation;
      if ((bytes[0] & Rsv1Bit) && (isContinuation || isControl(static_cast<Opcode>(opcode)))) {
        return fail(FrameError::ReservedBits);  // RFC 7692, section 6: RSV1 is set on a message's first frame only
      }
      if (isControl(static_cast<Opcode>(opcode))) {
        if (!(bytes[0] & FinBit)) return fail(FrameError::FragmentedControl);
        if (available > 1 && (bytes[1] & 0x7F) > 125) return fail(FrameError::ControlTooLong);
      }
      if (available > 1 && !(bytes[1] & MaskBit)) return fail(FrameError::NotMasked);
    }
    if (_headSize > 0) {
      if (_headSize < 2) return input = {}, Status::NeedMore;
      const std::size_t whole = headerLength(_head[1]);
      while (_headSize < whole && taken < input.size()) _head[_headSize++] = static_cast<unsigned char>(input[taken++]);
      input = input.subspan(taken);
      if (_headSize < whole) return Status::NeedMore;
      if (!parseHeader(std::span(_head.data(), whole))) return Status::Error;
      _headSize = 0;
    } else {
      const std::size_t whole = available < 2 ? MaxHeader : headerLength(bytes[1]);
      if (available < whole) {
        std::copy_n(bytes, available, _head.begin());
        _headSize = static_cast<std::uint8_t>(available);
        return input = {}, Status::NeedMore;
      }
      if (!parseHeader(std::span(bytes, whole))) return Status::Error;
      input = input.subspan(whole);
    }
    _remaining = _header.length;
    _inPayload = true;
    begins = true;
    // A frame is reported even if its payload hasn't begun: its length may exceed the limit already.
  }
  if (!begins && input.empty()) return Status::NeedMore;
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(_remaining, input.size()));
  piece.header = _header;
  piece.bytes = input.first(count);
  piece.begins = begins;
  unmask(piece.bytes, _mask, static_cast<std::size_t>((_header.length - _remaining) & 3));
  _remaining -= count;
  input = input.subspan(count);
  piece.ends = _remaining == 0;
  _inPayload = !piece.ends;
  return Status::Piece;
}

}  // namespace chat::websocket
