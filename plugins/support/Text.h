#pragma once

#include <cstddef>
#include <string_view>

namespace chat::support {

/// How many characters (code points) a text has. `text` is valid UTF-8.
std::size_t countCharacters(std::string_view text) noexcept;

/// Whether a text is valid UTF-8; text from clients always is.
bool isUtf8(std::string_view text);

}  // namespace chat::support
