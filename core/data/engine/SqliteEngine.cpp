#include "data/engine/SqliteEngine.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/SQLite/SessionImpl.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/SessionFactory.h>
#include <Poco/URI.h>
#include <Poco/UUIDGenerator.h>
#include <sqlite3.h>

#include <atomic>
#include <numeric>
#include <utility>

namespace chat::data {

namespace {

using namespace Poco::Data::Keywords;

const std::string BeginWriting = "BEGIN IMMEDIATE";

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
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Fault::Damaged;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_INTERRUPT:
      return Fault::Refused;
    default:
      return Fault::Other;
  }
}

/// Poco's connector, which first checks that the file is the one with which the server was started: Poco would try for
/// a minute to open a missing file.
class FileConnector : public Poco::Data::Connector {
 public:
  FileConnector(std::string name, const SqliteFile& file) : _name(std::move(name)), _file(file) {}
  const std::string& name() const override { return _name; }

  Poco::AutoPtr<Poco::Data::SessionImpl> createSession(const std::string& connectionString, std::size_t) override {
    constexpr std::size_t Seconds = 1;
    _file.verify();
    return new Poco::Data::SQLite::SessionImpl(connectionString, Seconds);
  }

 private:
  const std::string _name;
  const SqliteFile& _file;
};

std::string nextConnectorName() {
  static std::atomic<unsigned> number = 0;
  return "chat-sqlite-" + std::to_string(number++);
}

}  // namespace

SqliteEngine::SqliteEngine(const Options& options)
    : _file(std::filesystem::absolute(options.file), options.wait, options.quickCheck),
      _wait(options.wait),
      _connector(nextConnectorName()),
      _writer(Poco::UUIDGenerator::defaultGenerator().createRandom().toString()) {
  if (options.file.empty() || options.file == ":memory:") {
    throw std::invalid_argument(
        "database.file must name a file: in memory each session would have a database of its own");
  }
  Poco::Data::SessionFactory::instance().add(new FileConnector(_connector, _file));
}

SqliteEngine::~SqliteEngine() {
  Poco::Data::SessionFactory::instance().remove(_connector);
}

// As a URI, which can forbid creating the file.
std::string SqliteEngine::connectionString() const {
  std::string path;
  Poco::URI::encode(_file.path().string(), "!#$&'()*+,:;=?@[]", path);
  return "file:" + path + "?mode=rw";
}

void SqliteEngine::createIfMissing() {
  _file.open();
}

void SqliteEngine::prepare(Poco::Data::Session& session, Use) {
  retryOften(handleOf(session), _wait);
  useWriteAheadLog(handleOf(session), _wait);
  execute(session, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864");
  _file.verify();
}

const void* SqliteEngine::identity(const Poco::Data::Session& session) const {
  return handleOf(session);
}

std::shared_ptr<Interrupter> SqliteEngine::interrupter(Poco::Data::Session& session) {
  struct OfHandle final : Interrupter {
    explicit OfHandle(sqlite3* connection) noexcept : handle(connection) {}
    void interrupt() noexcept override { sqlite3_interrupt(handle); }
    sqlite3* const handle;
  };
  return std::make_shared<OfHandle>(handleOf(session));
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

// IMMEDIATE: a transaction that reads first and writes later would fail if another one wrote in between.
void SqliteEngine::begin(Poco::Data::Session& session) {
  beginWriting(session, BeginWriting);
}

void SqliteEngine::beginWriting(Poco::Data::Session& session, const std::string& sql) {
  const auto turn = _file.turn().take(_wait);
  if (!turn) throw SqlError(SQLITE_BUSY, "another process did not end its turn to write in time");
  execute(session, sql);
}

// The moment is that of the first read.
void SqliteEngine::beginSnapshot(Poco::Data::Session& session) {
  execute(session, "BEGIN");
  execute(session, "SELECT COUNT(*) FROM schema_migration");
}

// As hexadecimal digits: a literal in quotes would end at a NUL.
std::string SqliteEngine::quoted(Poco::Data::Session&, std::string_view text) {
  constexpr std::string_view Digits = "0123456789abcdef";
  std::string literal = "CAST(x'";
  literal.reserve(text.size() * 2 + 20);
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    literal += Digits[value >> 4U];
    literal += Digits[value & 15U];
  }
  return literal += "' AS TEXT)";
}

std::vector<BatchSession::Rows> SqliteEngine::queryAll(Poco::Data::Session& session,
                                                       std::span<const std::string> statements, std::size_t selects,
                                                       std::size_t& done) {
  executeAll(session, statements.first(statements.size() - selects), done);
  sqlite3* const handle = handleOf(session);
  const auto add = [](void* all, int columns, char** values, char**) {
    auto& row = static_cast<BatchSession::Rows*>(all)->emplace_back();
    for (int i = 0; i < columns; ++i) {
      row.push_back(values[i] != nullptr ? std::optional<std::string>(values[i]) : std::nullopt);
    }
    return 0;
  };
  std::vector<BatchSession::Rows> all;
  for (const auto& sql : statements.last(selects)) {
    if (sqlite3_exec(handle, sql.c_str(), add, &all.emplace_back(), nullptr) != SQLITE_OK) {
      throw SqlError(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
    }
    ++done;
  }
  return all;
}

// SQLite gives the rows of one INSERT ids that follow each other, and says the last one.
std::vector<std::uint64_t> SqliteEngine::insert(Poco::Data::Session& session, std::span<const std::string> statements,
                                                std::size_t rows, std::size_t& done) {
  executeAll(session, statements, done);
  std::vector<std::uint64_t> ids(rows);
  std::iota(ids.begin(), ids.end(),
            static_cast<std::uint64_t>(sqlite3_last_insert_rowid(handleOf(session))) - (rows - 1));
  return ids;
}

void SqliteEngine::executeAll(Poco::Data::Session& session, std::span<const std::string> statements,
                              std::size_t& done) {
  for (const auto& statement : statements) {
    statement == BeginWriting ? beginWriting(session, statement) : execute(session, statement);
    ++done;
  }
}

bool SqliteEngine::inTransaction(Poco::Data::Session& session) {
  return sqlite3_get_autocommit(handleOf(session)) == 0;
}

std::vector<std::string> SqliteEngine::markedBeginning(std::size_t lane, std::uint64_t commit) const {
  return {BeginWriting,
          "INSERT INTO commit_ledger (writer, last_commit, marked_at) VALUES ('" + writerOf(_writer, lane) + "', " +
              std::to_string(commit) +
              ", strftime('%s', 'now') * 1000) ON CONFLICT (writer) DO UPDATE SET last_commit = excluded.last_commit, "
              "marked_at = excluded.marked_at"};
}

bool SqliteEngine::marked(Poco::Data::Session& session, std::size_t lane, std::uint64_t commit) {
  Poco::UInt64 last = 0;
  Poco::Data::Statement select(session);
  select << "SELECT last_commit FROM commit_ledger WHERE writer = ?", bind(writerOf(_writer, lane)), into(last);
  select.execute();
  return last == commit;
}

void SqliteEngine::lockMigrations(Poco::Data::Session& session) {
  beginWriting(session, "BEGIN EXCLUSIVE");
}

void SqliteEngine::unlockMigrations(Poco::Data::Session& session, bool done) {
  execute(session, done ? "COMMIT" : "ROLLBACK");
}

void SqliteEngine::createLedgers(Poco::Data::Session& session) {
  execute(
      session,
      "CREATE TABLE IF NOT EXISTS schema_migration (owner TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, "
      "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL, PRIMARY KEY (owner, number)) WITHOUT ROWID");
  execute(session,
          "CREATE TABLE IF NOT EXISTS commit_ledger (writer TEXT NOT NULL PRIMARY KEY, last_commit INTEGER NOT NULL, "
          "marked_at INTEGER NOT NULL) WITHOUT ROWID");
  execute(session, "DELETE FROM commit_ledger WHERE marked_at < (strftime('%s', 'now') - " +
                       std::to_string(LedgerSeconds) + ") * 1000");
}

Fault SqliteEngine::faultOf(const std::exception& error) const noexcept {
  using namespace Poco::Data::SQLite;
  if (const auto* sql = dynamic_cast<const SqlError*>(&error)) return faultOfCode(sql->code());
  // Poco has types for the kinds of errors, but not for the constraint: that is at the beginning of SQLite's text.
  if (const auto* constraint = dynamic_cast<const ConstraintViolationException*>(&error)) {
    return constraint->message().starts_with("UNIQUE constraint failed") ? Fault::DuplicateKey : Fault::Other;
  }
  if (dynamic_cast<const DBLockedException*>(&error) || dynamic_cast<const TableLockedException*>(&error)) {
    return Fault::Repeat;
  }
  if (dynamic_cast<const CorruptImageException*>(&error)) return Fault::Damaged;
  if (dynamic_cast<const DatabaseFullException*>(&error) || dynamic_cast<const IOErrorException*>(&error) ||
      dynamic_cast<const ReadOnlyException*>(&error) || dynamic_cast<const CantOpenDBFileException*>(&error) ||
      dynamic_cast<const InterruptException*>(&error)) {
    return Fault::Refused;
  }
  return Fault::Other;
}

}  // namespace chat::data
