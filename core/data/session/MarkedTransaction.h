#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "data/engine/Engine.h"
#include "data/session/SessionPool.h"
#include "data/session/StatementQueue.h"

namespace chat::data {

/// A transaction with a mark in it (Engine::markedBeginning), whose statements go through a StatementQueue: also its
/// beginning, which waits for the first of them. Rolled back unless it is committed, as Transaction is. Thread: one of
/// those that commit.
class MarkedTransaction {
 public:
  MarkedTransaction(Engine& engine, SessionPool::Lease& lease, std::size_t lane, std::uint64_t commit)
      : _engine(engine), _lease(lease), _queue(engine, lease.session()) {
    for (auto& statement : engine.markedBeginning(lane, commit)) _queue.add(std::move(statement));
    _beginning = _queue.waiting();
  }
  ~MarkedTransaction() {
    if (_isOpen && !_engine.tidy(_lease.session())) _lease.drop();
  }
  MarkedTransaction(const MarkedTransaction&) = delete;
  MarkedTransaction& operator=(const MarkedTransaction&) = delete;

  /// For statements that don't go through the queue; what waits there is sent.
  Poco::Data::Session& session() {
    _queue.flush();
    return _lease.session();
  }
  /// For what sends nothing.
  Poco::Data::Session& unflushed() noexcept { return _lease.session(); }
  StatementQueue& queue() noexcept { return _queue; }
  /// The database was told to begin it, with its mark, and couldn't.
  bool beginningFailed() const noexcept { return !hasBegun() && _queue.waiting() < _beginning; }
  /// Errors: TransactionEnded.
  void requireOpen() const {
    if (hasBegun() && !_engine.inTransaction(_lease.session())) throw TransactionEnded();
  }

  void savepoint() {
    _waitingBefore = _queue.waiting();
    _savepoint = _queue.done() + _waitingBefore;
    _queue.add("SAVEPOINT part");
  }
  void releaseSavepoint() {
    if (!_engine.savepointReplaces()) _queue.add("RELEASE SAVEPOINT part");
  }
  /// Undoes what has come after the savepoint.
  void rollbackToSavepoint() {
    if (_queue.done() <= _savepoint) return _queue.dropAfter(std::min(_waitingBefore, _queue.waiting()));
    _queue.dropAfter(0);
    _engine.execute(_lease.session(), "ROLLBACK TO SAVEPOINT part");
    releaseSavepoint();
  }
  /// Sends what waits, and COMMIT.
  void commit() {
    _queue.add("COMMIT");
    _commit = _queue.done() + _queue.waiting() - 1;
    _queue.flush();
    _isOpen = false;
  }
  /// After an error of `commit`: a statement before COMMIT has failed, so the database hasn't come to that one.
  bool failedBeforeCommit() const noexcept { return _queue.done() < _commit; }

 private:
  bool hasBegun() const noexcept { return _queue.done() >= _beginning; }

  Engine& _engine;
  SessionPool::Lease& _lease;
  StatementQueue _queue;
  std::size_t _beginning = 0;
  std::size_t _waitingBefore = 0;
  std::size_t _savepoint = 0;  ///< its place among all statements
  std::size_t _commit = 0;
  bool _isOpen = true;
};

}  // namespace chat::data
