#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <string>

#include "data/Engine.h"
#include "data/Options.h"
#include "data/SessionPool.h"
#include "exec/Semaphore.h"

namespace chat::data {

class Transaction;

/// One unit of a group: its work and its result.
struct GroupUnit {
  Work work;
  /// The error for the caller; null if the unit is durable.
  std::exception_ptr error{};
  /// Its caller got CommitInDoubt and doesn't wait any more: if the unit wasn't stored, it isn't run again.
  bool abandoned = false;
};

/// Is called about a commit whose result isn't known. Thread: the committing thread.
class DoubtListener {
 public:
  virtual ~DoubtListener() = default;
  virtual void doubtBegan(const std::string& why) = 0;
  /// Waits a moment before the database is asked again. False if there is no time left: the server stops.
  virtual bool mayAskAgain() = 0;
  /// The result is known. Sets `abandoned` of units whose callers have left.
  virtual void doubtEnded(bool committed) = 0;
};

/// Runs several units in one transaction, each in a savepoint, so that one fsync serves them all and each fails alone.
///
/// - An exception of a unit rolls back that unit.
/// - A deadlock rolls back the transaction, which is run again from the start. After a second deadlock each unit is run
///   in its own transaction, at most twice, since one of them may cause it.
/// - A lost connection rolls back the transaction, which is run again once, from the start, on a new connection.
/// - The answer to COMMIT may be lost, or be an error, although the commit was done. The mark, written within the
///   transaction, is then looked up on a new connection, until the database has answered: if it is there, the units are
///   durable; if not, they are run again. Nothing is committed meanwhile, since later commits must not be emitted
///   first.
///
/// Thread: the committing thread only.
class GroupTransaction {
 public:
  /// `writers` is acquired first if the engine has one writer at a time.
  GroupTransaction(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options,
                   DoubtListener& listener)
      : _engine(engine), _pool(pool), _writers(writers), _options(options), _listener(listener) {}

  /// After the call each unit is durable or has an error: CommitInDoubt if the server stops before the database has
  /// answered.
  void run(std::span<GroupUnit* const> units) noexcept;

 private:
  enum class Outcome { Settled, Repeat, Lost };

  Outcome attempt(std::span<GroupUnit* const> units);
  Outcome inTransaction(std::span<GroupUnit* const> units, SessionPool::Lease& lease, bool& commitSent);
  void runUnit(Transaction& transaction, GroupUnit& unit, bool alone);
  Outcome findOut(std::span<GroupUnit* const> units);
  bool wasCommitted();
  void fail(std::span<GroupUnit* const> units, const std::exception_ptr& error);

  Engine& _engine;
  SessionPool& _pool;
  exec::Semaphore& _writers;
  const Options& _options;
  DoubtListener& _listener;
  std::uint64_t _commit = 0;
  std::uint64_t _connection = 0;
  std::exception_ptr _failure;
};

}  // namespace chat::data
