#include "data/SqliteEngine.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace chat::data {

namespace {

constexpr int WalRetryMs = 5;

sqlite3* handleOf(const Poco::Data::Session& session) {
  return Poco::Data::SQLite::Utility::dbHandle(session);
}

Fault faultOfCode(int code) noexcept {
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID) {
    return Fault::DuplicateKey;
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Fault::Repeat;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return Fault::Refused;
    default:
      return Fault::Other;
  }
}

}  // namespace

SqliteEngine::SqliteEngine(const Options& options)
    : _file(std::filesystem::absolute(options.file)), _wait(options.wait) {
  if (options.file.empty() || options.file == ":memory:") {
    throw std::invalid_argument(
        "database.file must name a file: in memory each session would have a database of its own");
  }
  Poco::Data::SQLite::Connector::registerConnector();
}

SqliteEngine::~SqliteEngine() {
  Poco::Data::SQLite::Connector::unregisterConnector();
}

const std::string& SqliteEngine::connector() const noexcept {
  return Poco::Data::SQLite::Connector::KEY;
}

void SqliteEngine::createIfMissing() {
  std::filesystem::create_directories(_file.parent_path());
  // Password hashes are in it; the files beside it (-wal, -shm) get its permissions from SQLite.
  const int descriptor = ::open(_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), _file.string());
  ::close(descriptor);
}

void SqliteEngine::prepare(Poco::Data::Session& session) {
  sqlite3_busy_timeout(handleOf(session), static_cast<int>(_wait.count()));
  useWriteAheadLog(session);
  execute(session, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864");
}

// Only the first server of a new file has anything to do here. One that starts beside it is refused at once, whatever
// the busy time-out: SQLite calls no busy handler where waiting with the file's shared lock could be a deadlock.
void SqliteEngine::useWriteAheadLog(Poco::Data::Session& session) {
  sqlite3* const handle = handleOf(session);
  const base::TimePoint deadline = base::systemClock().now() + _wait;
  while (sqlite3_exec(handle, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr) != SQLITE_OK) {
    const int code = sqlite3_extended_errcode(handle);
    if (faultOfCode(code) != Fault::Repeat || base::systemClock().now() >= deadline) {
      throw SqlError(code, sqlite3_errmsg(handle));
    }
    sqlite3_sleep(WalRetryMs);
  }
}

const void* SqliteEngine::identity(const Poco::Data::Session& session) const {
  return handleOf(session);
}

bool SqliteEngine::alive(Poco::Data::Session&) noexcept {
  return true;
}

bool SqliteEngine::tidy(Poco::Data::Session& session) noexcept {
  try {
    if (inTransaction(session)) execute(session, "ROLLBACK");
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void SqliteEngine::execute(Poco::Data::Session& session, const std::string& sql) {
  sqlite3* const handle = handleOf(session);
  if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw SqlError(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
  }
}

// IMMEDIATE: a transaction that reads first and writes later would fail where another one wrote in between.
void SqliteEngine::begin(Poco::Data::Session& session) {
  execute(session, "BEGIN IMMEDIATE");
}

bool SqliteEngine::inTransaction(Poco::Data::Session& session) {
  return sqlite3_get_autocommit(handleOf(session)) == 0;
}

void SqliteEngine::lockMigrations(Poco::Data::Session& session) {
  execute(session, "BEGIN EXCLUSIVE");
}

void SqliteEngine::unlockMigrations(Poco::Data::Session& session, bool done) {
  execute(session, done ? "COMMIT" : "ROLLBACK");
}

void SqliteEngine::createLedgers(Poco::Data::Session& session) {
  execute(
      session,
      "CREATE TABLE IF NOT EXISTS schema_migration (owner TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, "
      "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL, PRIMARY KEY (owner, number)) WITHOUT ROWID");
}

Fault SqliteEngine::faultOf(const std::exception& error) const noexcept {
  using namespace Poco::Data::SQLite;
  if (const auto* sql = dynamic_cast<const SqlError*>(&error)) return faultOfCode(sql->code());
  // Poco tells the kinds apart by type, but not which constraint it was: that stands at the beginning of SQLite's own
  // text.
  if (const auto* constraint = dynamic_cast<const ConstraintViolationException*>(&error)) {
    return constraint->message().starts_with("UNIQUE constraint failed") ? Fault::DuplicateKey : Fault::Other;
  }
  if (dynamic_cast<const DBLockedException*>(&error) || dynamic_cast<const TableLockedException*>(&error)) {
    return Fault::Repeat;
  }
  if (dynamic_cast<const DatabaseFullException*>(&error) || dynamic_cast<const IOErrorException*>(&error) ||
      dynamic_cast<const ReadOnlyException*>(&error) || dynamic_cast<const CantOpenDBFileException*>(&error)) {
    return Fault::Refused;
  }
  return Fault::Other;
}

}  // namespace chat::data
