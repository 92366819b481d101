#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat::support {

/// How many characters (code points) a text has. `text` is valid UTF-8.
std::size_t countCharacters(std::string_view text) noexcept;

/// The text as the search compares it: without the difference of upper and lower case, for any script that has one.
/// A database can't be asked for that: SQLite folds ASCII only, and MySQL's collations take two emoji for one.
/// `text` is valid UTF-8.
std::string foldCase(std::string_view text);

}  // namespace chat::support
