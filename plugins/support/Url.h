#pragma once

#include <string_view>

namespace chat::support {

/// Whether a page may follow or show it: `http:` or `https:`, a host, a valid port if any, and no space, control
/// character or backslash, which browsers interpret differently.
bool isHttpUrl(std::string_view url) noexcept;

}  // namespace chat::support
