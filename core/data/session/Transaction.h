#pragma once

#include "data/engine/Engine.h"
#include "data/session/SessionPool.h"

namespace chat::data {

/// A transaction on a leased session, rolled back unless it is committed. If the rollback fails, the connection is
/// considered lost, and the lease is dropped: the database then rolls back.
class Transaction {
 public:
  Transaction(Engine& engine, SessionPool::Lease& lease) : _engine(engine), _lease(lease) {
    _engine.begin(_lease.session());
    _open = true;
  }
  ~Transaction() {
    if (_open && !_engine.tidy(_lease.session())) _lease.drop();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Poco::Data::Session& session() noexcept { return _lease.session(); }
  /// Errors: TransactionEnded.
  void requireOpen() const {
    if (!_engine.inTransaction(_lease.session())) throw TransactionEnded();
  }
  void commit() {
    _engine.execute(_lease.session(), "COMMIT");
    _open = false;
  }

 private:
  Engine& _engine;
  SessionPool::Lease& _lease;
  bool _open = false;
};

}  // namespace chat::data
