#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/Database.h"
#include "data/engine/Fault.h"
#include "data/engine/StatementDeadlines.h"

namespace chat::data {

/// How long a server's row stays in `commit_ledger` after its last write.
inline constexpr int LedgerSeconds = 30 * 86'400;

/// The differences of MySQL and SQLite, below the pool and the transactions.
///
/// Thread: any; a session is used by one thread at a time. Errors: SqlError or Poco's exceptions, told apart by
/// `faultOf`.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual Dialect dialect() const noexcept = 0;

  /// Poco's key and string for a new session.
  virtual const std::string& connector() const noexcept = 0;
  virtual std::string connectionString() const = 0;
  /// Creates the database if that is possible; called before the first session.
  virtual void createIfMissing() = 0;
  /// What a session is used for.
  enum class Use {
    Shared,  ///< anything; waits for locked rows
    Commit,  ///< the group commit, which waits for locked rows as shortly as it can: a second
  };
  /// Settings of a new session, once.
  virtual void prepare(Poco::Data::Session& session, Use use) = 0;
  /// The connection beneath a session, pooled or not: tells sessions apart.
  virtual const void* identity(const Poco::Data::Session& session) const = 0;
  /// Ends what the connection is doing; see StatementDeadlines.
  virtual std::shared_ptr<Interrupter> interrupter(Poco::Data::Session& session) = 0;
  /// The server's number of a session's connection, if it has one.
  virtual std::uint64_t connectionOf(Poco::Data::Session&) { return 0; }
  /// Ends another connection of the same account, if it exists. Errors: none; failures are ignored.
  virtual void endConnection(Poco::Data::Session&, std::uint64_t) noexcept {}

  /// Checks that writes go to the file that the next start will open. Cheap: called before each use of a session, and
  /// after each commit. Errors: Unavailable, with what to do.
  virtual void verify() {}
  /// As `verify`; after a fault that indicated damage also checks the file. May take `database.quickCheckMs`. Errors:
  /// Unavailable.
  virtual void inspect() {}
  /// A statement failed with Fault::Damaged: nothing more is written until `inspect` has found no damage.
  virtual void noteDamage(const std::string&) noexcept {}

  /// Makes a connection of its own and ends it, within about a second. Errors: those of connecting.
  virtual void tryConnection() {}
  /// Whether the database answers.
  virtual bool alive(Poco::Data::Session& session) noexcept = 0;
  /// Restores a session after its use: ends an open transaction, turns autocommit on. False if the session must not be
  /// used again, for example because its connection was lost.
  virtual bool tidy(Poco::Data::Session& session) noexcept = 0;

  /// One statement without parameters and without a result.
  virtual void execute(Poco::Data::Session& session, const std::string& sql) = 0;
  virtual void begin(Poco::Data::Session& session) = 0;
  /// Begins a transaction that sees one moment and may read for as long as it likes. The session isn't used afterwards.
  virtual void beginSnapshot(Poco::Data::Session& session) = 0;
  // As BatchSession; with the statements before it sent on the same way. `done` goes up by one for each that has
  // succeeded, and tells after an error which one has failed.
  virtual std::string quoted(Poco::Data::Session& session, std::string_view text) = 0;
  /// The last `selects` statements have results.
  virtual std::vector<BatchSession::Rows> queryAll(Poco::Data::Session& session,
                                                   std::span<const std::string> statements, std::size_t selects,
                                                   std::size_t& done) = 0;
  virtual std::vector<std::uint64_t> insert(Poco::Data::Session& session, std::span<const std::string> statements,
                                            std::size_t rows, std::size_t& done) = 0;
  virtual void executeAll(Poco::Data::Session& session, std::span<const std::string> statements, std::size_t& done) = 0;
  /// False also if the connection was lost, and the transaction with it.
  virtual bool inTransaction(Poco::Data::Session& session) = 0;
  /// Whether SAVEPOINT with an existing name replaces it; if not, each must be released.
  virtual bool savepointReplaces() const noexcept = 0;
  /// Whether there is only one writer at a time, so that writers should wait before they take a session.
  virtual bool oneWriter() const noexcept = 0;

  /// The statements that begin a transaction with a mark in it, which shows afterwards whether it was committed, if the
  /// answer to COMMIT was lost. Each lane, a thread that commits, has its own. `marked` waits at most a second for a
  /// transaction that still locks the mark, then fails with Fault::LockWait.
  virtual std::vector<std::string> markedBeginning(std::size_t lane, std::uint64_t commit) const = 0;
  virtual bool marked(Poco::Data::Session& session, std::size_t lane, std::uint64_t commit) = 0;
  /// How many bytes of values a statement may have; known after the first session.
  virtual std::size_t mostBytes() const noexcept = 0;

  /// Locked during migrations, so that two starting servers don't both run them. On SQLite it is a transaction; on
  /// MySQL the session has no statement time-out afterwards.
  virtual void lockMigrations(Poco::Data::Session& session) = 0;
  virtual void unlockMigrations(Poco::Data::Session& session, bool done) = 0;
  /// Whether a statement that changes tables commits by itself, so that a migration may end in its middle.
  virtual bool schemaCommits() const noexcept = 0;
  /// Whether a statement failed because the table, column or key that it creates exists already, or the one that it
  /// removes doesn't.
  virtual bool isDoneAlready(const std::exception& error) const noexcept = 0;
  /// `CREATE TABLE IF NOT EXISTS` for this layer's own tables.
  virtual void createLedgers(Poco::Data::Session& session) = 0;

  virtual Fault faultOf(const std::exception& error) const noexcept = 0;

 protected:
  /// The name of a lane's row in `commit_ledger`, given the server's, which is a UUID.
  static std::string writerOf(std::string server, std::size_t lane) {
    return lane == 0 ? server : server.replace(server.size() - 3, 3, std::to_string(100 + lane % 900));
  }
};

}  // namespace chat::data
