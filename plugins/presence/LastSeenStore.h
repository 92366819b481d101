#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "data/Database.h"
#include "presence/Board.h"

namespace chat::presence {

/// When users were last there: the table `last_seen`, and in memory what has yet to be written, so that a user who
/// comes and goes all the time costs a row now and then. What a crash takes is as long as the time between two writes.
/// Thread: any; `note()` never blocks, the rest may.
class LastSeenStore {
 public:
  explicit LastSeenStore(data::Database& database) : _database(database) {}

  /// The user had a socket at that moment. Beyond so many who wait to be written, nobody new is noted.
  void note(std::uint64_t accountId, support::Millis at);
  /// Writes what was noted. Where the database is away it is kept for the next time.
  void write();

  /// The accounts of those names (in any case of letters), in the order in which they are given, each once; names
  /// without an account are left out. Their state says when they were seen, and not that they are there.
  std::vector<Person> find(const std::vector<std::string>& names);

 private:
  static constexpr std::size_t MaxNoted = 100'000;

  void writeRows(const std::map<std::uint64_t, support::Millis>& rows);

  data::Database& _database;
  std::mutex _mutex;
  std::map<std::uint64_t, support::Millis> _noted;
};

}  // namespace chat::presence
