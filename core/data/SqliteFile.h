#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>

#include "base/Clock.h"

struct sqlite3;

namespace chat::data {

/// The database file isn't what it was when it was written. Not mended by waiting.
class DamagedFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// SQLite's file with its `-wal` and `-shm`: made at the start, private, and watched.
///
/// What a process has open is an inode; what the operator means, and the next start finds, is a path. If the path leads
/// elsewhere, what is committed would be gone with the process. So the three inodes are noted at the start, and a
/// connection of the file's own, which does nothing else, keeps SQLite from making them anew.
///
/// Thread: `open` one at a time; `verify` and `noteDamage` any; `inspect` any, may take `checkTime`.
class SqliteFile {
 public:
  /// `wait`: how long another process's lock is waited for.
  SqliteFile(std::filesystem::path path, base::Duration wait, base::Duration checkTime);
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  const std::filesystem::path& path() const noexcept { return _path; }

  /// Makes folder and file if they are missing, takes everybody else's rights from the file, looks it through, and
  /// holds it from then on. Again after it has failed. Errors: DamagedFile; std::system_error; SqlError.
  void open();
  /// Whether the path still leads to what is open, and no damage is known: three calls of stat. Before `open` has
  /// succeeded it says nothing. Errors: Unavailable, with what to do.
  void verify() const;
  /// `verify`, after a look through the file if there was a fault that spoke of damage.
  void inspect();
  /// Nothing is taken any more until `inspect` has found nothing.
  void noteDamage(const std::string& text) noexcept;

 private:
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const Identity&) const = default;
  };
  static constexpr std::array<const char*, 3> Suffixes{"", "-wal", "-shm"};

  /// SQLite makes what lies beside the file where the file is, not where a link to it is.
  std::filesystem::path with(const char* suffix) const {
    return *suffix ? std::filesystem::path(_real.string() + suffix) : _path;
  }
  void createIfMissing() const;
  void makePrivate() const;
  void connect();
  std::string quickCheck() const;

  const std::filesystem::path _path;
  std::filesystem::path _real;  // where its links lead to; since `open`
  const base::Duration _wait;
  const base::Duration _checkTime;
  mutable std::mutex _mutex;  // over the connection and the text
  sqlite3* _connection = nullptr;
  std::array<Identity, 3> _identities{};
  std::atomic<bool> _isOpen{false};
  std::atomic<bool> _isDamaged{false};
  bool _isInspected = false;  // the damage was found by a look through the file
  std::string _damage;
};

/// Turns the journal of the file into a write-ahead log, which only the first one to open a new file has to do. One
/// that starts beside it is refused at once, whatever the busy time-out: SQLite calls no busy handler if waiting with
/// the file's shared lock could be a deadlock. Errors: SqlError.
void useWriteAheadLog(sqlite3* connection, base::Duration wait);

}  // namespace chat::data
