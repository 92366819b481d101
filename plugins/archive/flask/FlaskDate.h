#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "support/Date.h"

namespace chat::archive {

/// The date of a message of the Flask chat: `2021-03-04 05:06:07.123456`, with `T`, a `Z` or an offset (`+02:00`) as
/// well, `Thu, 04 Mar 2021 05:06:07 GMT`, or seconds or milliseconds since 1970. `offset`: how far ahead of UTC a date
/// is that doesn't say it. Nothing if the text is none of these.
std::optional<support::Millis> flaskDate(std::string_view text, std::chrono::minutes offset);

/// `+02:00`, `-0530`, `Z` or `UTC`. Nothing for another text.
std::optional<std::chrono::minutes> utcOffset(std::string_view text);

}  // namespace chat::archive
