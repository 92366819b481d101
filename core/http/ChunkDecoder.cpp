#include "http/ChunkDecoder.h"

#include <algorithm>

#include "http/Text.h"

namespace chat::http {
namespace {

// Leading zeros included; 16 digits fill 64 bits.
constexpr std::uint8_t MaxDigits = 16;

int hexDigit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = lowerAscii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool isText(char c) noexcept {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f');
}

}  // namespace

ChunkDecoder::Step ChunkDecoder::decode(std::string_view input, std::string& body, std::size_t limit) {
  std::size_t at = 0;
  while (at < input.size()) {
    if (_state == State::Data) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(_size, input.size() - at));
      body.append(input.substr(at, count));
      at += count;
      _size -= count;
      if (_size == 0) _state = State::DataCr;
      continue;
    }
    const bool wasSize = _state == State::SizeLf;
    const bool wasLast = _state == State::LastLf;
    if (!framing(input[at])) return {Status::Malformed, at};
    ++at;
    if (wasLast) return {Status::Complete, at};
    if (wasSize && _size > limit - std::min(limit, body.size())) return {Status::TooLarge, at};
  }
  return {Status::NeedMore, at};
}

// Takes one byte that isn't data.
bool ChunkDecoder::framing(char c) noexcept {
  switch (_state) {
    case State::SizeStart:
      _size = 0;
      _digits = 0;
      _state = State::Size;
      [[fallthrough]];
    case State::Size:
      if (const int digit = hexDigit(c); digit >= 0) {
        if (++_digits > MaxDigits) return false;
        _size = _size * 16 + static_cast<unsigned>(digit);
        return true;
      }
      if (_digits == 0) return false;
      if (c == ';') {
        _state = State::Extension;
        return overhead();
      }
      _state = State::SizeLf;
      return c == '\r';
    case State::Extension:
      if (c == '\r') {
        _state = State::SizeLf;
        return true;
      }
      return isText(c) && overhead();
    case State::SizeLf:
      _state = _size == 0 ? State::TrailerStart : State::Data;
      return c == '\n';
    case State::DataCr:
      _state = State::DataLf;
      return c == '\r';
    case State::DataLf:
      _state = State::SizeStart;
      return c == '\n';
    case State::TrailerStart:
      if (c == '\r') {
        _state = State::LastLf;
        return true;
      }
      _state = State::Trailer;
      return isText(c) && overhead();
    case State::Trailer:
      if (c == '\r') {
        _state = State::TrailerLf;
        return true;
      }
      return isText(c) && overhead();
    case State::TrailerLf:
      _state = State::TrailerStart;
      return c == '\n';
    case State::LastLf:
      return c == '\n';
    case State::Data:
      break;
  }
  return false;
}

}  // namespace chat::http
