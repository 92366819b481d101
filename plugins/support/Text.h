#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat::support {

/// How many characters (code points) a text has. `text` is valid UTF-8.
std::size_t countCharacters(std::string_view text) noexcept;

/// The text for the search: with case folded, for every script that has cases. A database can't do it: SQLite folds
/// only ASCII, and MySQL's collations treat different emoji as equal. `text` is valid UTF-8.
std::string foldCase(std::string_view text);

}  // namespace chat::support
