#pragma once

#include <cstdint>
#include <optional>

#include "data/Database.h"
#include "support/Date.h"

namespace chat::support {

/// How far the messages are ready for the search: those with an id from `readyFrom` on are in the index (SQLite) and
/// have their `body_folded` in its present form. The table `search_progress`, of one row. Thread: any that may block.
class SearchProgress {
 public:
  /// Not known yet: an earlier version may still be writing.
  static constexpr std::uint64_t Unknown = 0x7fff'ffff'ffff'ffff;

  struct State {
    std::uint64_t readyFrom = Unknown;  ///< 0: all are ready
    Millis begunAt = 0;
  };

  explicit SearchProgress(data::Database& database) : _database(database) {}

  /// Whoever writes messages calls it at its start, before the first one: from then on all new messages are ready.
  void begin(Millis now);
  /// Nothing if no one has begun.
  std::optional<State> read();

  /// The same within a transaction, the row locked until its end.
  std::optional<State> lock(Poco::Data::Session& session) const;
  static void write(Poco::Data::Session& session, std::uint64_t readyFrom);

 private:
  std::optional<State> select(Poco::Data::Session& session, std::string_view lock) const;

  data::Database& _database;
};

}  // namespace chat::support
