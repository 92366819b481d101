#pragma once

#include <cstdint>
#include <exception>
#include <string>

#include "data/Database.h"
#include "data/Fault.h"

namespace chat::data {

/// How long a server's row stays in `commit_ledger` after it has written it for the last time.
inline constexpr int LedgerSeconds = 30 * 86'400;

/// What MySQL and SQLite do differently, beneath the pool and the transactions.
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
  /// Makes the database where that is possible; called before the first session.
  virtual void createIfMissing() = 0;
  /// Settings of a new session, once.
  virtual void prepare(Poco::Data::Session& session) = 0;
  /// The connection beneath a session, pooled or not: tells sessions apart.
  virtual const void* identity(const Poco::Data::Session& session) const = 0;
  /// The server's number of a session's connection, if it has one.
  virtual std::uint64_t connectionOf(Poco::Data::Session&) { return 0; }
  /// Ends another connection of the same account, if it is there. Errors: none, it is tried.
  virtual void endConnection(Poco::Data::Session&, std::uint64_t) noexcept {}

  /// Whether what is written is where the next start will look for it. Cheap: asked before each use of a session, and
  /// after each commit. Errors: Unavailable, with what to do.
  virtual void verify() {}
  /// As `verify`; looks closer after a fault that spoke of damage. Takes a while at most. Errors: Unavailable.
  virtual void inspect() {}
  /// A statement failed with Fault::Damaged: nothing more is written until `inspect` has found nothing.
  virtual void noteDamage(const std::string&) noexcept {}

  /// Whether the other end answers.
  virtual bool alive(Poco::Data::Session& session) noexcept = 0;
  /// Undoes what a careless user left: an open transaction, autocommit off. False if the session is not to be used
  /// again, also because its connection was lost, whether or not its user said so.
  virtual bool tidy(Poco::Data::Session& session) noexcept = 0;

  /// One statement without parameters and without a result.
  virtual void execute(Poco::Data::Session& session, const std::string& sql) = 0;
  virtual void begin(Poco::Data::Session& session) = 0;
  /// False also if the connection was lost, and the transaction with it.
  virtual bool inTransaction(Poco::Data::Session& session) = 0;
  /// Whether SAVEPOINT of a name that exists replaces it; else each must be released.
  virtual bool savepointReplaces() const noexcept = 0;
  /// Whether a writer would wait for another one anyway, so that it had better wait before it takes a session.
  virtual bool oneWriter() const noexcept = 0;

  /// A mark within the transaction tells afterwards whether it was committed, if the answer to COMMIT was lost.
  /// `marked` waits for a transaction that still holds the mark for a second at most, then it is Fault::Repeat.
  virtual void mark(Poco::Data::Session& session, std::uint64_t commit) = 0;
  virtual bool marked(Poco::Data::Session& session, std::uint64_t commit) = 0;

  /// Held over the migrations, so that two servers that start don't both run them. On SQLite it is a transaction; on
  /// MySQL the session is afterwards without its bound on the time of a statement.
  virtual void lockMigrations(Poco::Data::Session& session) = 0;
  virtual void unlockMigrations(Poco::Data::Session& session, bool done) = 0;
  /// Whether a statement that changes tables commits by itself, so that a migration may end in its middle.
  virtual bool schemaCommits() const noexcept = 0;
  /// Whether a statement failed since the table, column or key that it makes is there, or the one that it removes is
  /// gone.
  virtual bool isDoneAlready(const std::exception& error) const noexcept = 0;
  /// `CREATE TABLE IF NOT EXISTS` of what this layer keeps for itself.
  virtual void createLedgers(Poco::Data::Session& session) = 0;

  virtual Fault faultOf(const std::exception& error) const noexcept = 0;
};

}  // namespace chat::data
