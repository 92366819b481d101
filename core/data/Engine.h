#pragma once

#include <cstdint>
#include <exception>
#include <string>

#include "data/Database.h"
#include "data/Fault.h"

namespace chat::data {

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

  /// Where the answer to COMMIT can be lost on its way, a mark in the transaction tells afterwards whether it was done.
  virtual bool commitCanBeLost() const noexcept = 0;
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
