#include "base/JsonText.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/WideVectors.h"

namespace chat::base {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool isSpace(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
bool isDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}
/// The characters that end or interrupt the run of plain characters in a string: `"`, `\` and control characters, which
/// JSON forbids.
bool isStop(char c) noexcept {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

/// Marks the first stop among eight bytes by setting the highest bit of its byte, with arithmetic on all eight at once;
/// 0 if there is none. Bytes after the first stop may be marked wrongly.
std::uint64_t markStop(std::uint64_t word) noexcept {
  constexpr std::uint64_t Ones = 0x0101010101010101U;
  constexpr std::uint64_t Highs = Ones * 0x80;
  const auto zeroes = [](std::uint64_t w) { return (w - Ones) & ~w; };
  return (zeroes(word ^ (Ones * '"')) | zeroes(word ^ (Ones * '\\')) | ((word - Ones * 0x20) & ~word)) & Highs;
}

constexpr std::size_t BlockSize = 128;

/// How many of the first bytes, in whole blocks, have no stop. For a stop, and for no other byte, one of three computed
/// values is zero; the minimum of all these values is found without a branch.
template <std::size_t Block>
inline std::size_t plainBlocksOf(const char* text, std::size_t size) noexcept {
  std::size_t plain = 0;
  for (; size - plain >= Block; plain += Block) {
    unsigned char least = 0xFF;
    for (std::size_t i = 0; i < Block; ++i) {
      const auto c = static_cast<unsigned char>(text[plain + i]);
      least = std::min(least, static_cast<unsigned char>(c ^ '"'));
      least = std::min(least, static_cast<unsigned char>(c ^ '\\'));
      least = std::min(least, static_cast<unsigned char>(c & 0xE0));
    }
    if (least == 0) break;
  }
  return plain;
}

/// Large blocks first: the end of each block costs as much as some hundred bytes.
CHAT_WIDE_VECTORS std::size_t plainBlocks(const char* text, std::size_t size) noexcept {
  const std::size_t plain = plainBlocksOf<1024>(text, size);
  return plain + plainBlocksOf<BlockSize>(text + plain, size - plain);
}

int hexValue(char c) noexcept {
  if (isDigit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The value of the four hexadecimal digits at the start of the text, -1 if the text doesn't start with four.
int hexUnit(std::string_view text) noexcept {
  if (text.size() < 4) return -1;
  int unit = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int value = hexValue(text[i]);
    if (value < 0) return -1;
    unit = unit * 16 + value;
  }
  return unit;
}

/// One pass over a value. Of the open brackets only one bit a level is kept: whether it is an object.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t from) noexcept : _text(text), _at(from) {}

  std::size_t value() noexcept {
    do {
      if (!element()) return npos;
    } while (_depth > 0 && next());
    return _depth == 0 && !_failed ? _at : npos;
  }
  /// After `value`.
  bool isTooDeep() const noexcept { return _tooDeep; }

 private:
  char peek() const noexcept { return _at < _text.size() ? _text[_at] : '\0'; }
  bool take(char c) noexcept { return peek() == c && (++_at, true); }
  void space() noexcept { _at = skipJsonSpace(_text, _at); }

  /// A scalar, an empty container, or the opening of a container up to its first element (which the loop takes next).
  bool element() noexcept {
    for (;;) {
      switch (peek()) {
        case '"':
          ++_at;
          return string();
        case '[':
          if (!push(false)) return false;
          space();
          if (take(']')) return pop();
          break;
        case '{':
          if (!push(true)) return false;
          space();
          if (take('}')) return pop();
          if (!key()) return false;
          break;
        case 't':
          return literal("true");
        case 'f':
          return literal("false");
        case 'n':
          return literal("null");
        default:
          return number();
      }
    }
  }

  /// After an element within a container: to the next one, or over the closing brackets. False ends the scan.
  bool next() noexcept {
    while (_depth > 0) {
      space();
      const bool object = inObject();
      if (take(',')) {
        space();
        if (object && !key()) return fail();
        return true;
      }
      if (!take(object ? '}' : ']')) return fail();
      pop();
    }
    return false;
  }

  bool key() noexcept {
    if (!take('"') || !string()) return false;
    space();
    if (!take(':')) return false;
    space();
    return true;
  }

  bool string() noexcept {
    for (;;) {
      toStop();
      if (_at == _text.size()) return false;
      const char stop = _text[_at++];
      if (stop == '"') return true;
      if (stop != '\\' || !escape()) return false;
    }
  }

  void toStop() noexcept {
    if (toStopWithin(std::min(_text.size(), _at + BlockSize))) return;
    if (_text.size() - _at >= BlockSize) _at += plainBlocks(_text.data() + _at, _text.size() - _at);
    toStopWithin(_text.size());
  }

  /// False if there is none up to `end`.
  bool toStopWithin(std::size_t end) noexcept {
    for (; end - _at >= 8; _at += 8) {
      std::uint64_t word;
      std::memcpy(&word, _text.data() + _at, sizeof word);
      const std::uint64_t mark = markStop(word);
      if (mark == 0) continue;
      if constexpr (std::endian::native != std::endian::little) break;
      _at += static_cast<std::size_t>(std::countr_zero(mark)) / 8;
      return true;
    }
    while (_at < end && !isStop(_text[_at])) ++_at;
    return _at < end;
  }

  bool escape() noexcept {
    const char c = peek();
    ++_at;
    if (c != 'u') return c != '\0' && std::strchr("\"\\/bfnrt", c) != nullptr;
    if (hexUnit(_text.substr(_at)) < 0) return false;
    _at += 4;
    return true;
  }

  bool digits() noexcept {
    const std::size_t start = _at;
    while (isDigit(peek())) ++_at;
    return _at > start;
  }

  bool number() noexcept {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  bool literal(std::string_view word) noexcept {
    if (_text.substr(_at, word.size()) != word) return false;
    _at += word.size();
    return true;
  }

  bool push(bool object) noexcept {
    if (_depth == MaxJsonDepth) {
      _tooDeep = true;
      return false;
    }
    ++_at;
    const std::uint64_t bit = std::uint64_t{1} << (_depth % 64);
    std::uint64_t& word = _objects[_depth / 64];
    word = object ? word | bit : word & ~bit;
    ++_depth;
    space();
    return true;
  }
  bool pop() noexcept {
    --_depth;
    return true;
  }
  bool inObject() const noexcept { return (_objects[(_depth - 1) / 64] >> ((_depth - 1) % 64) & 1) != 0; }
  bool fail() noexcept {
    _failed = true;
    return false;
  }

  std::string_view _text;
  std::size_t _at;
  std::size_t _depth = 0;
  bool _failed = false;
  bool _tooDeep = false;
  std::array<std::uint64_t, MaxJsonDepth / 64> _objects{};
};

void appendUtf8(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

/// The character whose escape's digits start at `content[at]`. Moves `at` to the last digit, of a surrogate pair to the
/// last digit of its second half.
std::uint32_t unescapeUnit(std::string_view content, std::size_t& at) {
  const auto unit = static_cast<std::uint32_t>(hexUnit(content.substr(at)));
  at += 3;
  if (unit < 0xD800 || unit > 0xDFFF) return unit;
  if (unit < 0xDC00 && content.substr(at + 1, 2) == "\\u") {
    const auto low = static_cast<std::uint32_t>(hexUnit(content.substr(at + 3)));
    if (low >= 0xDC00 && low <= 0xDFFF) {
      at += 6;
      return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
  }
  return 0xFFFD;
}

}  // namespace

std::size_t skipJsonValue(std::string_view text, std::size_t from) noexcept {
  return Scanner(text, from).value();
}

bool isJsonTooDeep(std::string_view text, std::size_t from) noexcept {
  Scanner scanner(text, from);
  scanner.value();
  return scanner.isTooDeep();
}

std::size_t skipJsonSpace(std::string_view text, std::size_t from) noexcept {
  while (from < text.size() && isSpace(text[from])) ++from;
  return from;
}

bool isJsonObject(std::string_view text) noexcept {
  if (!text.starts_with('{')) return false;
  const std::size_t end = skipJsonValue(text);
  return end != npos && skipJsonSpace(text, end) == text.size();
}

std::string unescapeJson(std::string_view content) {
  std::string out;
  out.reserve(content.size());
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] != '\\') {
      out.push_back(content[i]);
      continue;
    }
    switch (const char c = content[++i]; c) {
      case 'b':
        out.push_back('\b');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 't':
        out.push_back('\t');
        break;
      case 'u':
        appendUtf8(out, unescapeUnit(content, ++i));
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

bool needsJsonEscape(std::string_view text) noexcept {
  for (const char c : text) {
    if (isStop(c)) return true;
  }
  return false;
}

void appendJsonEscaped(std::string& out, std::string_view text) {
  static constexpr std::string_view Digits = "0123456789abcdef";
  for (const char c : text) {
    if (!isStop(c)) {
      out.push_back(c);
    } else if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += "\\u00";
      out.push_back(Digits[static_cast<unsigned char>(c) >> 4]);
      out.push_back(Digits[static_cast<unsigned char>(c) & 0xF]);
    }
  }
}

}  // namespace chat::base
