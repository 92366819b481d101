#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "support/Date.h"

namespace chat::msgsearch {

/// The beginning of `2026`, `2026-11`, `2026-11-22`, `2026-11-22T15:04` or `2026-11-22T15:04:05`, by a clock that is
/// `zone` ahead of UTC; a time may have a zone of its own, `Z` or `+09:00`. Nothing if it is none of these.
std::optional<support::Millis> readDate(std::string_view text, std::chrono::minutes zone);

/// `Z`, `+09:00`, `-03:30`, up to 18 hours. Nothing if it is none of these.
std::optional<std::chrono::minutes> readZone(std::string_view text);

}  // namespace chat::msgsearch
