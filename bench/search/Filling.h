#pragma once

#include <cstdint>

#include "data/database/SqlDatabase.h"
#include "search/Texts.h"

namespace chat::bench {

/// How many messages there are: in one large conversation, of accounts 1 and 2, and in small ones.
struct Size {
  std::uint64_t large = 2'000'000;
  std::uint64_t small = 1'000'000;
  std::uint64_t conversations = 10'000;
};

struct FillingTimes {
  std::uint64_t messages = 0;
  double storing = 0;   ///< seconds for the rows of `message`
  double indexing = 0;  ///< seconds for the search: its index and the form of the text
};

/// Fills an empty database, or goes on where a run before was interrupted. The large conversation's messages are spread
/// over all ids; account 1 has each hundredth of the small conversations too.
FillingTimes fill(data::SqlDatabase& database, const Size& size, Texts& texts);

}  // namespace chat::bench
