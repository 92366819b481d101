#pragma once

#include <cstdint>
#include <exception>
#include <span>

#include "data/Engine.h"
#include "data/Options.h"
#include "data/SessionPool.h"
#include "exec/Semaphore.h"

namespace chat::data {

class Transaction;

/// One unit of a group: what is to be done, and how it ended.
struct GroupUnit {
  const Work& work;
  /// What the caller is told; null where the unit is durable.
  std::exception_ptr error;
};

/// Runs several units in one transaction, each in a savepoint, so that one fsync serves them all and each fails alone.
///
/// - What a unit throws undoes that unit.
/// - A deadlock undoes the transaction, which is run again from the start. The second time it is taken for the doing of
/// one of
///   the units, and each is run in a transaction of its own, twice at most.
/// - A lost connection undoes the transaction, which is run again from the start on a new one, once.
/// - The answer to COMMIT may be lost while the commit was done. Then the mark, written within the transaction, is
/// looked up on
///   a new connection: it is there, and the units are durable, or it isn't, and they are run again. Only where the
///   server can't be asked either, the callers are told Unavailable without knowing; what they do must bear being tried
///   again (a message's `lid`).
///
/// Thread: the committing thread only.
class GroupTransaction {
 public:
  /// `writers` is waited for where the engine has one writer at a time.
  GroupTransaction(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options)
      : _engine(engine), _pool(pool), _writers(writers), _options(options) {}

  /// When it returns, each unit is durable or has an error.
  void run(std::span<GroupUnit* const> units) noexcept;

 private:
  enum class Outcome { Settled, Repeat, Lost };

  Outcome attempt(std::span<GroupUnit* const> units);
  Outcome inTransaction(std::span<GroupUnit* const> units, SessionPool::Lease& lease, bool& commitSent);
  void runUnit(Transaction& transaction, GroupUnit& unit, bool alone);
  bool wasCommitted();
  void fail(std::span<GroupUnit* const> units, const std::exception_ptr& error);

  Engine& _engine;
  SessionPool& _pool;
  exec::Semaphore& _writers;
  const Options& _options;
  std::uint64_t _commit = 0;
  std::exception_ptr _failure;
};

}  // namespace chat::data
