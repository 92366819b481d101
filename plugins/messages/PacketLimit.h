#pragma once

#include <Poco/Logger.h>

#include <cstddef>

#include "data/Database.h"

namespace chat::messages {

/// As many bytes as MessageEntry counts for the largest message that the settings allow.
std::size_t largestEntry(std::size_t textCharacters, std::size_t attributesBytes) noexcept;

/// Warns if MySQL's `max_allowed_packet` is too small for a message of that size: such a message is refused with 413.
/// Errors: those of Database::read.
void warnOfSmallPackets(data::Database& database, Poco::Logger& logger, std::size_t largest);

}  // namespace chat::messages
