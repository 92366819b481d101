#pragma once

#include <string_view>

namespace chat::support {

/// Whether a page may follow or show it: `http:` or `https:`, a host, a port where one is given, and no space, control
/// character or backslash, which browsers read differently from each other.
bool isHttpUrl(std::string_view url) noexcept;

}  // namespace chat::support
