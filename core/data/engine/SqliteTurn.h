#pragma once

#include <filesystem>
#include <optional>
#include <utility>

#include "base/Clock.h"
#include "base/Descriptor.h"

struct sqlite3;

namespace chat::data {

/// The turn to begin a write transaction on one SQLite file, among several processes.
///
/// SQLite's lock has no queue: whoever waits tries again now and then, and a process that writes all the time, as the
/// group commit does, takes the lock again before the other's next try, for seconds. Hence a second lock, in
/// `FILE-turn`, that is held only until the transaction has begun. Whoever has just written has to wait for it, if
/// somebody else holds it: that one begins first.
///
/// Only fairness depends on it. Programs that know nothing of it, such as `sqlite3`, may write at any time.
///
/// Thread: `open` one at a time, before the others; `take` any, but one at a time, as all writers of a process are
/// (Engine::oneWriter).
class SqliteTurn {
 public:
  /// Holds the turn until it is destroyed.
  class Held {
   public:
    explicit Held(int file) noexcept : _file(file) {}
    Held(Held&& other) noexcept : _file(std::exchange(other._file, -1)) {}
    Held& operator=(Held&&) = delete;
    ~Held();

   private:
    int _file;
  };

  /// Creates `file` if it is missing, readable by this user alone. Errors: std::system_error.
  void open(const std::filesystem::path& file);
  /// Empty if it didn't come in time. Before `open`: at once.
  std::optional<Held> take(base::Duration atMost) const;

 private:
  base::Descriptor _file{-1};
};

/// While another connection has the lock, tries again each millisecond: SQLite's own handler waits up to 100 ms between
/// two tries. `wait` must live as long as the connection.
void retryOften(sqlite3* connection, const base::Duration& wait);

}  // namespace chat::data
