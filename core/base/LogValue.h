#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat::base {

/// How what a peer has sent stands in a line of the log: in double quotes, with `"` and `\` escaped by a backslash and
/// every byte that isn't printable ASCII as `\xHH`. It can neither end its field nor begin another, and it can't steer
/// a terminal. Of more than `limit` bytes the first ones are taken, and `…` stands behind the quotes.
///
///     "origin not allowed origin=" + logValue(origin)
///
/// Thread: any.
std::string logValue(std::string_view raw, std::size_t limit = 300);

}  // namespace chat::base
