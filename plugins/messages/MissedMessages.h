#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "data/Database.h"
#include "support/ChatMessage.h"

namespace chat::messages {

/// Reads the messages of all conversations of an account above a position, in the order of their ids, page by page.
/// One reader serves one replay. Thread: any that may block, one call at a time. Errors: data::Unavailable, after which
/// the reader can't be used any more.
class MissedMessages {
 public:
  /// What a reader keeps in memory; with more it has to read more often.
  struct Limits {
    std::size_t conversations = 10'000;
    std::size_t ids = 131'072;
  };

  /// A position above the newest message of all counts as that one.
  MissedMessages(data::Database& database, std::uint64_t accountId, std::uint64_t position, const Limits& limits);
  MissedMessages(data::Database& database, std::uint64_t accountId, std::uint64_t position)
      : MissedMessages(database, accountId, position, Limits{}) {}

  /// The next messages, at most `rows`. None if all that are stored at this moment have been read; it may be called
  /// again later.
  std::vector<support::ChatMessage> next(std::size_t rows);
  /// All messages up to this one were given.
  std::uint64_t position() const noexcept { return _position; }

 private:
  using Ids = std::vector<std::uint64_t>;

  /// A conversation with missed messages.
  struct Missed {
    std::uint64_t id = 0;
    Ids next;              ///< its next messages, the next one at the back; never empty while it is in a ByNext
    bool isWhole = false;  ///< `next` has all up to the end of the round
  };
  /// By the id of each one's next message.
  using ByNext = std::map<std::uint64_t, Missed>;

  bool beginRound();
  void addSome(std::vector<Missed>& some);
  void keepLowest(Missed&& missed);
  void readAhead(std::size_t rows);
  void readIds(std::vector<Missed*>& some, std::size_t atMostEach);
  void take(Ids& ids, std::size_t atMost);
  std::vector<support::ChatMessage> read(const Ids& ids);

  data::Database& _database;
  const std::uint64_t _account;
  const Limits _limits;
  std::uint64_t _position;  ///< all messages up to this one were read
  std::uint64_t _roundEnd;  ///< those above it belong to the next round
  ByNext _missed;
};

}  // namespace chat::messages
