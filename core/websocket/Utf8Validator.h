#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chat::websocket {

/// Whether a whole text is UTF-8.
bool isUtf8(std::string_view text) noexcept;

/// Checks a text that comes in parts and finds fault at the first part that no continuation could make right.
class Utf8Validator {
 public:
  /// False: the text can't be UTF-8 any more.
  bool add(std::string_view part) noexcept;
  /// Whether the text may end here. Starts anew.
  bool finish() noexcept;

 private:
  std::array<char, 4> _pending{};  // the beginning of a character whose rest hasn't come
  std::uint8_t _pendingSize = 0;
};

}  // namespace chat::websocket
