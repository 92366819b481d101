#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>

#include "base/Clock.h"
#include "data/engine/SqliteTurn.h"

struct sqlite3;

namespace chat::data {

/// The database file is damaged. Waiting doesn't help.
class DamagedFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// SQLite's file with its `-wal` and `-shm`: created at the start, private, and watched.
///
/// A process has an inode open, but the operator, and the next start, use a path. If the path leads to another inode,
/// commits would be lost with the process. So the three inodes are stored at the start, and a separate connection,
/// which does nothing else, keeps SQLite from creating the files again.
///
/// Thread: `open` one at a time; `turn` as SqliteTurn says; `verify` and `noteDamage` any; `inspect` any, may take
/// `checkTime`.
class SqliteFile {
 public:
  /// `wait`: how long to wait for another process' lock.
  SqliteFile(std::filesystem::path path, base::Duration wait, base::Duration checkTime);
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  const std::filesystem::path& path() const noexcept { return _path; }

  /// Creates folder and file if they are missing, removes other users' permissions, checks the file, and keeps it open.
  /// May be called again after a failure. Errors: DamagedFile; std::system_error; SqlError.
  void open();
  /// Checks that the path still leads to the open file, and that no damage is known: three calls of stat. Does nothing
  /// before `open` has succeeded. Errors: Unavailable, with what to do.
  void verify() const;
  /// As `verify`; checks the file first if a fault indicated damage.
  void inspect();
  /// To begin a write transaction, among processes.
  const SqliteTurn& turn() const noexcept { return _turn; }
  /// Nothing is written any more until `inspect` has found no damage.
  void noteDamage(const std::string& text) noexcept;

 private:
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const Identity&) const = default;
  };
  static constexpr std::array<const char*, 3> Suffixes{"", "-wal", "-shm"};

  /// SQLite creates the files beside the real file, not beside a link to it.
  std::filesystem::path with(const char* suffix) const {
    return *suffix ? std::filesystem::path(_real.string() + suffix) : _path;
  }
  void createIfMissing() const;
  void makePrivate() const;
  void connect();
  std::string quickCheck() const;

  const std::filesystem::path _path;
  std::filesystem::path _real;  // the target of its links; since `open`
  const base::Duration _wait;
  const base::Duration _checkTime;
  SqliteTurn _turn;
  mutable std::mutex _mutex;  // for the connection and the text
  sqlite3* _connection = nullptr;
  std::array<Identity, 3> _identities{};
  std::atomic<bool> _isOpen{false};
  std::atomic<bool> _isDamaged{false};
  bool _isInspected = false;  // the damage was found by the check of the file
  std::string _damage;
};

/// Changes the file to WAL mode, which only the first process that opens a new file has to do. A second process that
/// starts at the same time is refused at once, whatever the busy time-out: SQLite calls no busy handler if waiting with
/// the file's shared lock could be a deadlock. Errors: SqlError.
void useWriteAheadLog(sqlite3* connection, base::Duration wait);

}  // namespace chat::data
