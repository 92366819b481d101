#include "data/engine/SqliteFile.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "data/Database.h"
#include "data/engine/Fault.h"

namespace chat::data {

namespace {

constexpr int WalRetryMs = 5;
constexpr mode_t Private = S_IRUSR | S_IWUSR;
constexpr mode_t OfOthers = S_IRWXG | S_IRWXO;
constexpr int InstructionsPerLook = 10'000;

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw std::system_error(errno, std::generic_category(), file.string());
}

bool isDamage(int code) noexcept {
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

[[noreturn]] void fail(sqlite3* connection) {
  throw SqlError(sqlite3_extended_errcode(connection), sqlite3_errmsg(connection));
}

void execute(sqlite3* connection, const char* sql) {
  if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(connection);
}

int isOver(void* deadline) {
  return base::systemClock().now() >= *static_cast<const base::TimePoint*>(deadline) ? 1 : 0;
}

}  // namespace

void useWriteAheadLog(sqlite3* connection, base::Duration wait) {
  const base::TimePoint deadline = base::systemClock().now() + wait;
  while (sqlite3_exec(connection, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr) != SQLITE_OK) {
    const int code = sqlite3_errcode(connection) & 0xff;
    const bool isTaken = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    if (!isTaken || base::systemClock().now() >= deadline) fail(connection);
    sqlite3_sleep(WalRetryMs);
  }
}

SqliteFile::SqliteFile(std::filesystem::path path, base::Duration wait, base::Duration checkTime)
    : _path(std::move(path)), _wait(wait), _checkTime(checkTime) {}

SqliteFile::~SqliteFile() {
  sqlite3_close_v2(_connection);
}

void SqliteFile::open() {
  const std::lock_guard lock(_mutex);
  if (_isOpen) return;
  std::filesystem::create_directories(_path.parent_path());
  createIfMissing();
  _real = std::filesystem::canonical(_path);
  makePrivate();
  _turn.open(with("-turn"));
  if (_connection == nullptr) connect();
  if (const std::string damage = quickCheck(); !damage.empty()) {
    throw DamagedFile("the database file " + _path.string() + " is damaged (" + damage +
                      "): put a backup in its place, without -wal and -shm, and start again");
  }
  useWriteAheadLog(_connection, _wait);
  execute(_connection, "SELECT COUNT(*) FROM sqlite_master");  // creates the files beside it
  for (std::size_t i = 0; i < Suffixes.size(); ++i) {
    struct stat found {};
    if (::stat(with(Suffixes[i]).c_str(), &found) != 0) refuse(with(Suffixes[i]));
    _identities[i] = {found.st_dev, found.st_ino};
  }
  _isOpen = true;
}

// Never opens an existing file: closing it would release the locks that this process has on it.
void SqliteFile::createIfMissing() const {
  const int descriptor = ::open(_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, Private);
  if (descriptor >= 0) {
    ::close(descriptor);
  } else if (errno != EEXIST) {
    refuse(_path);
  }
}

// It contains password hashes. SQLite creates the files beside it with the file's permissions.
void SqliteFile::makePrivate() const {
  for (const char* suffix : Suffixes) {
    const auto file = with(suffix);
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) continue;
    if ((found.st_mode & OfOthers) != 0 && ::chmod(file.c_str(), found.st_mode & ~OfOthers & 07777) != 0) refuse(file);
  }
}

void SqliteFile::connect() {
  const int code = sqlite3_open_v2(_path.c_str(), &_connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code == SQLITE_OK) {
    retryOften(_connection, _wait);
    return;
  }
  const SqlError error(code, sqlite3_errstr(code));
  sqlite3_close_v2(std::exchange(_connection, nullptr));
  throw error;
}

// The damage; empty if there is none, or if the time was over before any was found.
std::string SqliteFile::quickCheck() const {
  if (_checkTime == base::Duration::zero()) return {};
  base::TimePoint deadline = base::systemClock().now() + _checkTime;
  sqlite3_progress_handler(_connection, InstructionsPerLook, &isOver, &deadline);
  sqlite3_stmt* prepared = nullptr;
  int code = sqlite3_prepare_v2(_connection, "PRAGMA quick_check(1)", -1, &prepared, nullptr);
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, &sqlite3_finalize);
  std::string found;
  if (code == SQLITE_OK && (code = sqlite3_step(prepared)) == SQLITE_ROW) {
    if (const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, 0))) found = text;
    if (found == "ok") found.clear();
  } else if (isDamage(code)) {
    found = sqlite3_errmsg(_connection);
  }
  sqlite3_progress_handler(_connection, 0, nullptr, nullptr);
  return found;
}

void SqliteFile::verify() const {
  if (!_isOpen) return;
  for (std::size_t i = 0; i < Suffixes.size(); ++i) {
    const auto file = with(Suffixes[i]);
    struct stat found {};
    const bool isThere = ::stat(file.c_str(), &found) == 0;
    if (isThere && _identities[i] == Identity{found.st_dev, found.st_ino} && (i != 0 || found.st_size > 0)) continue;
    const bool isEmptied = isThere && found.st_size == 0;
    throw Unavailable("the database file " + file.string() +
                      (!isThere ? " is gone" : (isEmptied ? " was emptied" : " was replaced by another")) +
                      " while the server runs: put the first one back, or restart the server");
  }
  if (!_isDamaged) return;
  const std::lock_guard lock(_mutex);
  throw Unavailable("the database file " + _path.string() + " is damaged (" + _damage +
                    "): stop the server, put a backup in its place, start again");
}

void SqliteFile::inspect() {
  if (_isOpen && _isDamaged) {
    const std::lock_guard lock(_mutex);
    if (!_isInspected) {
      const auto begin = base::systemClock().now();
      const std::string found = quickCheck();
      const bool isComplete = base::systemClock().now() - begin < _checkTime;
      _isInspected = !found.empty() || !isComplete;
      if (!found.empty()) _damage = found;
      _isDamaged = _isInspected;
    }
  }
  verify();
}

void SqliteFile::noteDamage(const std::string& text) noexcept {
  const std::lock_guard lock(_mutex);
  if (_isDamaged) return;
  _damage = text;
  _isDamaged = true;
}

}  // namespace chat::data
