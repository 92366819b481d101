#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat::base {

/// Quotes text from a peer for a line of the log: in double quotes, with `"` and `\` escaped by a backslash and every
/// byte that isn't printable ASCII as `\xHH`. So the text can neither end its field nor begin another, nor send escape
/// sequences to a terminal. Text longer than `limit` bytes is cut, and `…` stands after the quotes.
///
///     "origin not allowed origin=" + logValue(origin)
///
/// Thread: any.
std::string logValue(std::string_view raw, std::size_t limit = 300);

}  // namespace chat::base
