#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "data/Database.h"
#include "presence/WatchList.h"

namespace chat::presence {

/// When users were last online: the table `last_seen`, and in memory the times that aren't written yet, so that a user
/// who connects often costs only a row now and then. A crash loses the times since the last write.
/// Thread: any; `note()` never blocks, the rest may.
class LastSeenStore {
 public:
  explicit LastSeenStore(data::Database& database) : _database(database) {}

  /// The user had a socket at that time. If too many times wait to be written, new users are ignored.
  void note(std::uint64_t accountId, support::Millis at);
  /// Writes the stored times. If the database can't be reached, they are kept for the next time.
  void write();

  /// The accounts with these names (case is ignored), in the given order, each once; names without an account are left
  /// out. Their state has the time of the last visit, but not whether they are online.
  std::vector<Person> find(const std::vector<std::string>& names);

 private:
  static constexpr std::size_t MaxNoted = 100'000;

  void writeRows(const std::map<std::uint64_t, support::Millis>& rows);

  data::Database& _database;
  std::mutex _mutex;
  std::map<std::uint64_t, support::Millis> _noted;
};

}  // namespace chat::presence
