#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat::support {

/// Reads JSON as text. A parser turns `1e2`, `-0`, `1.10` and integers beyond 64 bits into the nearest number; values
/// that must be kept exactly are copied from the client's text.
///
/// Only for text that a parser has accepted already: it is not checked again. Recursion is as deep as that parser
/// allowed. If an object has a name twice, the last value counts, as in JavaScript and Boost.JSON.

/// The text of an object's member, without white space around it; a view into `object`. Nothing for none.
std::optional<std::string_view> memberText(std::string_view object, std::string_view name);

/// The same value in its shortest form: without white space, without unnecessary escapes, each name once, numbers
/// unchanged.
std::string compactJson(std::string_view value);

/// Appends `text` as a JSON string, in quotes. `text` is valid UTF-8.
void appendJsonString(std::string& json, std::string_view text);

}  // namespace chat::support
