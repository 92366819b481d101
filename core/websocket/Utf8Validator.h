#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chat::websocket {

/// Whether a whole text is UTF-8.
bool isUtf8(std::string_view text) noexcept;

/// Checks a text that comes in parts and fails at the first part that no continuation can make valid.
class Utf8Validator {
 public:
  /// False: the text is not UTF-8, whatever follows.
  bool add(std::string_view part) noexcept;
  /// Whether the text may end here. Resets the validator.
  bool finish() noexcept;

 private:
  std::array<char, 4> _pending{};  // the beginning of an incomplete character
  std::uint8_t _pendingSize = 0;
};

}  // namespace chat::websocket
