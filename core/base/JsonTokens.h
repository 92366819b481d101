#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/JsonText.h"

namespace chat::base {

/// The tokens of JSON text in one pass, without a stack, for callers that must look at every value and not only find
/// its end. The text must have been checked before (skipJsonValue): one value, or several with commas between them.
class JsonTokens {
 public:
  enum class Kind : std::uint8_t { End, OpenObject, CloseObject, OpenArray, CloseArray, Key, String, Number, Literal };

  explicit JsonTokens(std::string_view text) noexcept : _text(text) {}

  /// Goes to the next token and says what it is.
  Kind next() noexcept {
    while (_at < _text.size() && isBetween(_text[_at])) ++_at;
    if (_at >= _text.size()) return Kind::End;
    const std::size_t start = _at;
    switch (_text[start]) {
      case '{':
        return take(1, Kind::OpenObject);
      case '}':
        return take(1, Kind::CloseObject);
      case '[':
        return take(1, Kind::OpenArray);
      case ']':
        return take(1, Kind::CloseArray);
      case '"': {
        const std::size_t end = skipJsonValue(_text, start);
        take(end - start, Kind::String);
        token = _text.substr(start + 1, end - start - 2);
        const std::size_t after = skipJsonSpace(_text, end);
        return after < _text.size() && _text[after] == ':' ? Kind::Key : Kind::String;
      }
      case 't':
      case 'f':
      case 'n':
        return take(_text[start] == 'f' ? 5 : 4, Kind::Literal);
      default:
        return take(skipJsonValue(_text, start) - start, Kind::Number);
    }
  }

  /// The text of the token; of a key or a string what is between the quotation marks, with its escapes.
  std::string_view token;

 private:
  static bool isBetween(char c) noexcept {
    return c == ',' || c == ':' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
  Kind take(std::size_t size, Kind kind) noexcept {
    token = _text.substr(_at, size);
    _at += size;
    return kind;
  }

  std::string_view _text;
  std::size_t _at = 0;
};

}  // namespace chat::base
