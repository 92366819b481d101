#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "data/Options.h"
#include "data/commit/CommitUnit.h"
#include "data/engine/Engine.h"
#include "data/session/SessionPool.h"
#include "exec/Semaphore.h"

namespace chat::data {

class MarkedTransaction;

/// Is called about a commit whose result isn't known. Thread: the committing thread.
class DoubtListener {
 public:
  virtual ~DoubtListener() = default;
  virtual void doubtBegan(const std::string& why) = 0;
  /// Waits a moment before the database is asked again. False if there is no time left: the server stops.
  virtual bool mayAskAgain() = 0;
  virtual void doubtEnded(bool committed) = 0;
};

/// Runs several units in one transaction, so that one fsync serves them all and each fails alone.
///
/// - Units with the same BatchWriter are written together; if that fails, each alone: in a savepoint of its own, or, if
///   the group has nothing else, in a transaction of its own. Units that are functions come before them, each in a
///   savepoint.
/// - Statements without a result wait for the next one that has one (StatementQueue). The last ones of a group that has
///   one writer go with COMMIT; if one of them fails, each unit is run in its own transaction too.
/// - An exception of a unit rolls back that unit.
/// - A unit that meets rows locked by others is set aside, if this transaction doesn't wait for locks.
/// - A deadlock rolls back the transaction, which is run again from the start. After a second deadlock each unit is run
///   in its own transaction, at most twice, since one of them may cause it.
/// - A lost connection rolls back the transaction, which is run again once, from the start, on a new connection.
/// - A unit whose caller has left while it ran isn't stored: the transaction is run again without it.
/// - The answer to COMMIT may be lost, or be an error, although the commit was done. The mark, written within the
///   transaction, is then looked up on a new connection, until the database has answered: if it is there, the units are
///   durable; if not, they are run again.
///
/// Thread: one committing thread, which has a lane of its own: the lane's mark is a row that its transactions lock.
class GroupTransaction {
 public:
  /// `writers` is acquired first if the engine has one writer at a time. Lane 0 doesn't wait for locked rows.
  GroupTransaction(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options,
                   std::size_t lane, DoubtListener& listener)
      : _engine(engine), _pool(pool), _writers(writers), _options(options), _lane(lane), _listener(listener) {}

  /// After the call each unit is durable, is set aside, or has an error: CommitInDoubt if the server stops before the
  /// database has answered.
  void run(std::span<CommitUnit* const> units) noexcept;

 private:
  enum class Outcome {
    Settled,
    Left,    ///< somebody has left: to be run again without that unit
    Repeat,  ///< a deadlock
    Apart,   ///< one of them can't be written, it isn't known which: to be run one by one
    Lost,
  };
  using Units = std::span<CommitUnit* const>;

  bool waitsForLocks() const noexcept { return _lane > 0 || _engine.oneWriter(); }
  SessionPool::Lease take() { return _lane == 0 ? _pool.takeForCommit() : _pool.takeForLane(); }

  Outcome attempt(Units units);
  Outcome inTransaction(Units units, SessionPool::Lease& lease, bool& commitSent);
  Outcome notCommitted(Units units, const std::exception_ptr& error);
  void runAll(MarkedTransaction& transaction, Units units);
  void runPart(MarkedTransaction& transaction, Units part, bool alone);
  void write(MarkedTransaction& transaction, Units part);
  bool setAside(CommitUnit& unit, Fault fault);
  Outcome findOut(Units units);
  bool wasCommitted();
  void fail(Units units, const std::exception_ptr& error);

  Engine& _engine;
  SessionPool& _pool;
  exec::Semaphore& _writers;
  const Options& _options;
  const std::size_t _lane;
  DoubtListener& _listener;
  std::uint64_t _commit = 0;
  std::uint64_t _connection = 0;
  std::exception_ptr _failure;
};

}  // namespace chat::data
