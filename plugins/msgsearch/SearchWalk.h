#pragma once

#include <cstdint>
#include <vector>

#include "data/Database.h"
#include "msgsearch/Candidates.h"
#include "msgsearch/Deadline.h"
#include "msgsearch/Search.h"

namespace chat::msgsearch {

/// One way through the messages of a search, from the newest to the oldest, in steps of some milliseconds: those that
/// are in the search index by that, the others by reading them. Thread: any that may block.
class SearchWalk {
 public:
  /// `readyFrom`: support::SearchProgress. `search` and `deadline` must outlive it.
  SearchWalk(data::Database& database, const Search& search, std::uint64_t readyFrom, const Deadline& deadline);

  /// The next messages that are found, possibly none; about `wanted` if there are so many. Ends early if the time is
  /// over.
  std::vector<support::ChatMessage> next(std::uint64_t wanted);
  /// Whether another step like the last one would take too long.
  bool isTimeOver() const noexcept { return _deadline.isOverAfter(_took); }
  bool isAtEnd() const noexcept { return _position <= _floor; }
  /// All messages with this id or a higher one have been looked at.
  std::uint64_t position() const noexcept { return _position; }

 private:
  /// Leaves those that are found; stops at the end of the time, but not before the first.
  void compare(Candidates::Batch& batch) const;
  Candidates::Batch nextOfIndex(std::uint64_t limit);
  Candidates::Batch nextOfTable(std::uint64_t limit);

  const Search& _search;
  const Deadline& _deadline;
  const std::uint64_t _readyFrom;
  Candidates _candidates;
  std::uint64_t _position = 0;
  std::uint64_t _floor = 1;
  std::uint64_t _idsInStep;
  std::uint64_t _rowsInStep;
  std::uint64_t _limit = 0;
  base::Duration _took{0};
};

}  // namespace chat::msgsearch
