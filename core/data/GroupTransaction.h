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

/// One unit of a group: what is to be done, and how it ended.
struct GroupUnit {
  Work work;
  /// What the caller is told; null if the unit is durable.
  std::exception_ptr error{};
  /// Its caller was told that the outcome isn't known and waits no more: if it turns out that it wasn't stored, it
  /// isn't run again.
  bool abandoned = false;
};

/// Hears of a commit whose outcome isn't known. Thread: the committing thread.
class DoubtListener {
 public:
  virtual ~DoubtListener() = default;
  virtual void doubtBegan(const std::string& why) = 0;
  /// Waits a moment before the database is asked once more. False if there is no time left: the server ends.
  virtual bool mayAskAgain() = 0;
  /// The database has said which. Sets `abandoned` where it is so.
  virtual void doubtEnded(bool committed) = 0;
};

/// Runs several units in one transaction, each in a savepoint, so that one fsync serves them all and each fails alone.
///
/// - What a unit throws undoes that unit.
/// - A deadlock undoes the transaction, which is run again from the start. The second time it is taken for the doing of
///   one of the units, and each is run in a transaction of its own, twice at most.
/// - A lost connection undoes the transaction, which is run again from the start on a new one, once.
/// - The answer to COMMIT may be lost, or be an error, while the commit was done. The mark, written within the
/// transaction,
///   is then looked up on a new connection, until the database has answered: it is there, and the units are durable, or
///   it isn't, and they are run again. Nothing is committed meanwhile, since what comes later must not be told before
///   them.
///
/// Thread: the committing thread only.
class GroupTransaction {
 public:
  /// `writers` is waited for if the engine has one writer at a time.
  GroupTransaction(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options,
                   DoubtListener& listener)
      : _engine(engine), _pool(pool), _writers(writers), _options(options), _listener(listener) {}

  /// When it returns, each unit is durable or has an error: CommitInDoubt if the server ends before the database has
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
