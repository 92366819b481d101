#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace chat::support {

/// A time in the tables: milliseconds since 1970, UTC.
using Millis = std::int64_t;

Millis toMillis(std::chrono::system_clock::time_point time) noexcept;
std::chrono::system_clock::time_point fromMillis(Millis millis) noexcept;

/// RFC 3339 in UTC with milliseconds: `2026-11-22T15:04:05.123Z`. For the years 0 to 9999.
std::string formatDate(Millis millis);

}  // namespace chat::support
