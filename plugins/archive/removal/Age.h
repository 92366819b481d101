#pragma once

#include <optional>
#include <string_view>

#include "support/Date.h"

namespace chat::archive {

/// The time before which something is old: an age as a number and a unit (`12h`, `30d`, `8w`, `2y` of 365 days), or a
/// day (`2026-01-31`, its beginning in UTC). Nothing if the text is neither.
std::optional<support::Millis> timeBefore(std::string_view text, support::Millis now);

}  // namespace chat::archive
