#include "data/engine/MySqlEngine.h"

#include <Poco/Data/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/SessionFactory.h>
#include <Poco/UUIDGenerator.h>
#include <fcntl.h>
#include <mysql/mysql.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/RequestStart.h"
#include "data/engine/MySqlConnection.h"
#include "data/engine/MySqlFaults.h"
#include "data/engine/MySqlTls.h"

namespace chat::data {

namespace {

using namespace Poco::Data::Keywords;

MYSQL* handleOf(const Poco::Data::Session& session) {
  return Poco::AnyCast<MYSQL*>(Poco::Data::Session(session).getProperty("handle"));
}

std::size_t inSeconds(base::Duration duration) {
  return static_cast<std::size_t>(std::max<base::Duration::rep>(1, (duration.count() + 999) / 1000));
}

/// Poco's connector with two settings that its pool doesn't have: a time-out for connecting, and a pause after a
/// failure. The pool connects under its lock; without the pause each caller would wait in turn for the time-out of an
/// absent server.
class BoundedConnector : public Poco::Data::Connector {
 public:
  BoundedConnector(std::string name, const Options& options) : _name(std::move(name)), _options(options) {}
  const std::string& name() const override { return _name; }

  Poco::AutoPtr<Poco::Data::SessionImpl> createSession(const std::string& connectionString, std::size_t) override {
    {
      std::lock_guard lock(_mutex);
      if (base::systemClock().now() < _pausedUntil) throw Poco::Data::ConnectionFailedException(_failure);
    }
    try {
      return connectMySql(_options, connectionString, secondsLeft());
    } catch (const Poco::Exception& error) {
      std::lock_guard lock(_mutex);
      _failure = error.message();
      _pausedUntil = base::systemClock().now() + _options.connectPause;
      throw;
    }
  }

 private:
  /// A request waits for a connection hardly longer than it may take in all.
  std::size_t secondsLeft() const {
    if (!base::RequestStart::current()) return inSeconds(_options.connectWait);
    const auto whole = std::chrono::floor<std::chrono::seconds>(base::RequestStart::left(_options.wait));
    return inSeconds(std::min<base::Duration>(whole, _options.connectWait));
  }

  const std::string _name;
  const Options& _options;
  std::mutex _mutex;
  std::string _failure;
  base::TimePoint _pausedUntil{};
};

std::string nextConnectorName() {
  static std::atomic<unsigned> number = 0;
  return "chat-mysql-" + std::to_string(number++);
}

void requirePlain(const char* setting, const std::string& value) {
  const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  if (value.find(';') != std::string::npos || (!value.empty() && (blank(value.front()) || blank(value.back())))) {
    throw std::invalid_argument(std::string("database.") + setting +
                                " must hold no ';' and neither begin nor end with a blank: Poco's connection string "
                                "can't carry them");
  }
}

/// A peer that vanished (no FIN, no RST) would block a thread for ever: the client library has no read time-out that
/// can be set through Poco, so TCP keep-alive ends the connection.
void boundSilence(MYSQL* handle) {
  const int descriptor = static_cast<int>(mysql_get_socket(handle));
  const int on = 1;
  const int idleSeconds = 10;
  const int intervalSeconds = 5;
  const int probes = 3;
  const unsigned unacknowledgedMs = 20'000;
  setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  // These fail harmlessly on a Unix domain socket.
  setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idleSeconds, sizeof idleSeconds);
  setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &intervalSeconds, sizeof intervalSeconds);
  setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
  setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledgedMs, sizeof unacknowledgedMs);
}

/// Whether the client library knows already that the connection is lost: it closes its end when a statement finds out,
/// and stores the server's last error. Sends nothing.
bool isKnownDead(MYSQL* handle) {
  return mysql_get_socket(handle) == MARIADB_INVALID_SOCKET ||
         mySqlFault(static_cast<int>(mysql_errno(handle))) == Fault::Lost;
}

constexpr std::size_t MarkWaitSeconds = 1;
constexpr int MigrationWaitSeconds = 60;
constexpr std::size_t MigrationStatementSeconds = 86'400;

bool isMariaDb(MYSQL* handle) {
  return std::string_view(mysql_get_server_info(handle)).find("MariaDB") != std::string_view::npos;
}

void nextResult(MYSQL* handle) {
  if (mysql_next_result(handle) != 0) throw SqlError(static_cast<int>(mysql_errno(handle)), mysql_error(handle));
}

BatchSession::Rows readRows(MYSQL* handle) {
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(mysql_store_result(handle), &mysql_free_result);
  if (!result) throw SqlError(static_cast<int>(mysql_errno(handle)), mysql_error(handle));
  BatchSession::Rows rows;
  const unsigned columns = mysql_num_fields(result.get());
  while (char** const values = mysql_fetch_row(result.get())) {
    const auto* const lengths = mysql_fetch_lengths(result.get());
    auto& row = rows.emplace_back();
    for (unsigned i = 0; i < columns; ++i) {
      row.push_back(values[i] != nullptr ? std::optional(std::string(values[i], lengths[i])) : std::nullopt);
    }
  }
  return rows;
}

}  // namespace

MySqlEngine::MySqlEngine(const Options& options)
    : _options(options),
      _connector(nextConnectorName()),
      _writer(Poco::UUIDGenerator::defaultGenerator().createRandom().toString()) {
  requirePlain("host", options.host);
  requirePlain("user", options.user);
  requirePlain("password", options.password);
  if (options.user.empty()) throw std::invalid_argument("database.user is missing");
  const auto allowed = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'; };
  if (options.name.empty() || options.name.size() > 64 ||
      !std::all_of(options.name.begin(), options.name.end(), allowed)) {
    throw std::invalid_argument("database.name must be 1 to 64 ASCII letters, digits, '_' or '-'");
  }
  checkTls(options);
  prepareMySqlConnections();
  Poco::Data::SessionFactory::instance().add(new BoundedConnector(_connector, _options));
}

MySqlEngine::~MySqlEngine() {
  Poco::Data::SessionFactory::instance().remove(_connector);
}

std::string MySqlEngine::connectionString() const {
  return mySqlConnectionString(_options, InDatabase::Yes);
}

void MySqlEngine::createIfMissing() {
  try {
    connectMySql(_options, connectionString(), inSeconds(_options.connectWait));
  } catch (const Poco::Data::ConnectionFailedException& error) {
    // Poco doesn't pass on the error number; the text is the same in all versions.
    if (error.message().find("Unknown database") == std::string::npos) throw;
    Poco::Data::Session session(
        connectMySql(_options, mySqlConnectionString(_options, InDatabase::No), inSeconds(_options.connectWait)));
    execute(session, "CREATE DATABASE IF NOT EXISTS `" + _options.name + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  }
}

void MySqlEngine::prepare(Poco::Data::Session& session, Use use) {
  boundSilence(handleOf(session));
  execute(session, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
  execute(session,
          "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', "
          "time_zone = '+00:00'");
  // The shortest one: with 0, which only MariaDB has, a SELECT … SKIP LOCKED fails where it meets a lock.
  boundLockWait(session, use == Use::Commit ? 1 : inSeconds(_options.wait));
  // For locks of whole tables, which are held while somebody changes a table or makes a backup.
  execute(session, "SET SESSION lock_wait_timeout = " + std::to_string(inSeconds(_options.wait)));
  boundStatements(session, _options.statementTimeout);
  boundIdleTransactions(session, use);
  mysql_set_server_option(handleOf(session), MYSQL_OPTION_MULTI_STATEMENTS_ON);
  learnMostBytes(session);
}

/// A packet has the values and some bytes for each, beside the statement.
void MySqlEngine::learnMostBytes(Poco::Data::Session& session) {
  constexpr std::size_t Most = 16U << 20;
  Poco::UInt64 packet = 0;
  Poco::UInt64 step = 1;
  session << "SELECT @@max_allowed_packet, @@auto_increment_increment", into(packet), into(step), now;
  _idStep = step;
  _mostBytes = std::min<std::size_t>(Most, packet - packet / 4);
}

void MySqlEngine::boundStatements(Poco::Data::Session& session, base::Duration longest) {
  execute(session, isMariaDb(handleOf(session))
                       ? "SET SESSION max_statement_time = " + std::to_string(longest.count() / 1000.0)
                       : "SET SESSION max_execution_time = " + std::to_string(longest.count()));
}

// A server may stand still, or lose its network, with rows locked that others need. MySQL can only end connections that
// are idle, also without a transaction: after longer than those that are tested before their use (`probeAfterIdle`).
void MySqlEngine::boundIdleTransactions(Poco::Data::Session& session, Use use) {
  constexpr int CommitSeconds = 5;
  constexpr int SharedSeconds = 15;
  if (isMariaDb(handleOf(session))) {
    execute(session, "SET SESSION idle_write_transaction_timeout = " +
                         std::to_string(use == Use::Commit ? CommitSeconds : SharedSeconds));
  } else {
    execute(session,
            "SET SESSION wait_timeout = " + std::to_string(inSeconds(_options.probeAfterIdle) + SharedSeconds));
  }
}

void MySqlEngine::boundLockWait(Poco::Data::Session& session, std::size_t seconds) {
  execute(session, "SET SESSION innodb_lock_wait_timeout = " + std::to_string(seconds));
}

std::uint64_t MySqlEngine::connectionOf(Poco::Data::Session& session) {
  return mysql_thread_id(handleOf(session));
}

void MySqlEngine::endConnection(Poco::Data::Session& session, std::uint64_t connection) noexcept {
  try {
    execute(session, "KILL " + std::to_string(connection));
  } catch (const std::exception&) {
    // It has ended by itself.
  }
}

const void* MySqlEngine::identity(const Poco::Data::Session& session) const {
  return handleOf(session);
}

// The connection is shut down below the library, by a descriptor of its own: the library closes its descriptor by
// itself, and its number may then be another connection's.
std::shared_ptr<Interrupter> MySqlEngine::interrupter(Poco::Data::Session& session) {
  struct OfSocket final : Interrupter {
    explicit OfSocket(int socket) noexcept : descriptor(::fcntl(socket, F_DUPFD_CLOEXEC, 0)) {}
    ~OfSocket() override { ::close(descriptor); }
    OfSocket(const OfSocket&) = delete;
    OfSocket& operator=(const OfSocket&) = delete;
    void interrupt() noexcept override { ::shutdown(descriptor, SHUT_RDWR); }
    const int descriptor;
  };
  return std::make_shared<OfSocket>(static_cast<int>(mysql_get_socket(handleOf(session))));
}

void MySqlEngine::tryConnection() {
  constexpr std::size_t Seconds = 1;
  connectMySql(_options, connectionString(), Seconds);
}

bool MySqlEngine::alive(Poco::Data::Session& session) noexcept {
  try {
    return mysql_ping(handleOf(session)) == 0;
  } catch (const std::exception&) {
    return false;
  }
}

bool MySqlEngine::tidy(Poco::Data::Session& session) noexcept {
  try {
    if (isKnownDead(handleOf(session))) return false;
    const unsigned status = handleOf(session)->server_status;
    if (status & SERVER_STATUS_IN_TRANS) execute(session, "ROLLBACK");
    if (!(status & SERVER_STATUS_AUTOCOMMIT)) execute(session, "SET SESSION autocommit = 1");
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void MySqlEngine::execute(Poco::Data::Session& session, const std::string& sql) {
  MYSQL* const handle = handleOf(session);
  if (mysql_real_query(handle, sql.data(), sql.size()) != 0) {
    throw SqlError(static_cast<int>(mysql_errno(handle)), mysql_error(handle));
  }
}

// As a text statement: MySQL refuses to prepare it.
void MySqlEngine::begin(Poco::Data::Session& session) {
  execute(session, "START TRANSACTION");
}

void MySqlEngine::beginSnapshot(Poco::Data::Session& session) {
  boundStatements(session, base::Duration::zero());
  // Whoever reads for long may have a slow disk to write to.
  execute(session, "SET SESSION wait_timeout = DEFAULT");
  execute(session, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  execute(session, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
}

std::string MySqlEngine::quoted(Poco::Data::Session& session, std::string_view text) {
  std::string literal(text.size() * 2 + 3, '\'');
  const auto size = mysql_real_escape_string(handleOf(session), literal.data() + 1, text.data(), text.size());
  literal.resize(size + 1);
  return literal += '\'';
}

std::vector<BatchSession::Rows> MySqlEngine::queryAll(Poco::Data::Session& session,
                                                      std::span<const std::string> statements, std::size_t selects,
                                                      std::size_t& done) {
  MYSQL* const handle = handleOf(session);
  std::vector<BatchSession::Rows> all;
  sendAll(session, statements);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (i > 0) nextResult(handle);
    if (i >= statements.size() - selects) all.push_back(readRows(handle));
    ++done;
  }
  return all;
}

// InnoDB gives the rows of an INSERT with a known number of rows ids that follow each other, by the server's step, and
// says the first one.
std::vector<std::uint64_t> MySqlEngine::insert(Poco::Data::Session& session, std::span<const std::string> statements,
                                               std::size_t rows, std::size_t& done) {
  executeAll(session, statements, done);
  std::vector<std::uint64_t> ids{mysql_insert_id(handleOf(session))};
  while (ids.size() < rows) ids.push_back(ids.back() + _idStep.load(std::memory_order_relaxed));
  return ids;
}

void MySqlEngine::executeAll(Poco::Data::Session& session, std::span<const std::string> statements, std::size_t& done) {
  MYSQL* const handle = handleOf(session);
  sendAll(session, statements);
  ++done;
  for (std::size_t i = 1; i < statements.size(); ++i, ++done) nextResult(handle);
}

// In one way there and back; the first one's result is there afterwards.
void MySqlEngine::sendAll(Poco::Data::Session& session, std::span<const std::string> statements) {
  std::string all;
  for (const auto& statement : statements) all.append(all.empty() ? "" : "; ").append(statement);
  execute(session, all);
}

bool MySqlEngine::inTransaction(Poco::Data::Session& session) {
  MYSQL* const handle = handleOf(session);
  return !isKnownDead(handle) && (handle->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

std::vector<std::string> MySqlEngine::markedBeginning(std::size_t lane, std::uint64_t commit) const {
  return {"START TRANSACTION",
          "INSERT INTO commit_ledger (writer, last_commit, marked_at) VALUES ('" + writerOf(_writer, lane) + "', " +
              std::to_string(commit) +
              ", UNIX_TIMESTAMP() * 1000) ON DUPLICATE KEY UPDATE last_commit = VALUES(last_commit), "
              "marked_at = VALUES(marked_at)"};
}

bool MySqlEngine::marked(Poco::Data::Session& session, std::size_t lane, std::uint64_t commit) {
  Poco::UInt64 last = 0;
  // FOR UPDATE waits until the server has noticed the lost connection and committed or rolled back its transaction.
  boundLockWait(session, MarkWaitSeconds);
  Poco::Data::Statement select(session);
  select << "SELECT last_commit FROM commit_ledger WHERE writer = ? FOR UPDATE", bind(writerOf(_writer, lane)),
      into(last);
  select.execute();
  boundLockWait(session, inSeconds(_options.wait));
  return last == commit;
}

std::string MySqlEngine::migrationLock() const {
  // The lock's name is global on the server, and limited to 64 characters.
  return ("chat migrations " + _options.name).substr(0, 64);
}

void MySqlEngine::lockMigrations(Poco::Data::Session& session) {
  // Both the wait and a change of a large table may take longer than a user's statement.
  boundStatements(session, base::Duration::zero());
  execute(session, "SET SESSION lock_wait_timeout = " + std::to_string(MigrationStatementSeconds));
  Poco::Nullable<int> got;
  Poco::Data::Statement lock(session);
  lock << "SELECT GET_LOCK(?, ?)", bind(migrationLock()), bind(MigrationWaitSeconds), into(got);
  lock.execute();
  if (got.isNull() || got.value() != 1) throw Unavailable("another server's migrations did not end in time");
}

void MySqlEngine::unlockMigrations(Poco::Data::Session& session, bool) {
  Poco::Nullable<int> released;
  Poco::Data::Statement unlock(session);
  unlock << "SELECT RELEASE_LOCK(?)", bind(migrationLock()), into(released);
  unlock.execute();
}

void MySqlEngine::createLedgers(Poco::Data::Session& session) {
  execute(session,
          "CREATE TABLE IF NOT EXISTS schema_migration ("
          "owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, number INT NOT NULL, "
          "name VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, "
          "checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, applied_at BIGINT NOT NULL, "
          "PRIMARY KEY (owner, number)) ENGINE=InnoDB");
  execute(session,
          "CREATE TABLE IF NOT EXISTS schema_migration_step ("
          "owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, number INT NOT NULL, "
          "checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, done INT NOT NULL, begun BOOLEAN NOT "
          "NULL) ENGINE=InnoDB");
  execute(session,
          "CREATE TABLE IF NOT EXISTS commit_ledger ("
          "writer CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, "
          "last_commit BIGINT UNSIGNED NOT NULL, marked_at BIGINT NOT NULL) ENGINE=InnoDB");
  // These are rows of ended servers: a running server writes its row each second, and if its commit has been in doubt
  // for this long, it has had no database for this long.
  // By their keys: a condition on the time would wait for the row of each server that is just committing.
  const std::string select = "SELECT writer FROM commit_ledger WHERE marked_at < (UNIX_TIMESTAMP() - " +
                             std::to_string(LedgerSeconds) + ") * 1000";
  std::size_t done = 0;
  const auto ended = queryAll(session, std::span(&select, 1), 1, done);
  for (const auto& row : ended.front()) execute(session, "DELETE FROM commit_ledger WHERE writer = '" + *row[0] + "'");
}

bool MySqlEngine::isDoneAlready(const std::exception& error) const noexcept {
  const auto* sql = dynamic_cast<const SqlError*>(&error);
  return sql && mySqlSaysDoneAlready(sql->code());
}

Fault MySqlEngine::faultOf(const std::exception& error) const noexcept {
  if (const auto* sql = dynamic_cast<const SqlError*>(&error)) return mySqlFault(sql->code());
  if (dynamic_cast<const Poco::Data::NotConnectedException*>(&error)) return Fault::Lost;
  if (const auto* poco = dynamic_cast<const Poco::Exception*>(&error)) {
    return mySqlFault(mySqlErrorNumber(poco->message()));
  }
  return Fault::Other;
}

}  // namespace chat::data
