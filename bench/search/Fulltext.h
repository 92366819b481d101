#pragma once

#include <cstdint>

#include "data/database/SqlDatabase.h"
#include "search/Texts.h"

namespace chat::bench {

/// What a FULLTEXT index of InnoDB on the same tokens would cost: fills a table of `count` messages with such an index
/// and prints its size and the times. MySQL and MariaDB only; drops the table at the end.
void measureFulltext(data::SqlDatabase& database, std::uint64_t count, Texts& texts);

}  // namespace chat::bench
