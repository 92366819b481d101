#include "data/GroupTransaction.h"

#include <optional>
#include <string>
#include <utility>

#include "data/Transaction.h"

namespace chat::data {

void GroupTransaction::run(std::span<GroupUnit* const> units) noexcept {
  Outcome outcome = attempt(units);
  if (outcome != Outcome::Settled) outcome = attempt(units);
  if (outcome == Outcome::Repeat && units.size() > 1) {
    for (std::size_t i = 0; i < units.size(); ++i) run(units.subspan(i, 1));
  } else if (outcome != Outcome::Settled) {
    fail(units, _failure);
  }
}

GroupTransaction::Outcome GroupTransaction::attempt(std::span<GroupUnit* const> units) {
  static const auto notStored = std::make_exception_ptr(Unavailable("it turned out not to have been stored"));
  for (GroupUnit* unit : units) unit->error = unit->abandoned ? notStored : nullptr;
  bool commitSent = false;
  {
    std::optional<exec::Semaphore::Place> turn;
    std::optional<SessionPool::Lease> lease;
    try {
      if (_engine.oneWriter() && !(turn = _writers.placeFor(_options.wait))) {
        throw Unavailable("another transaction did not end in time");
      }
      lease.emplace(_pool.takeForCommit());
      return inTransaction(units, *lease, commitSent);
    } catch (...) {
      _failure = std::current_exception();
    }
    // After an error as the answer to COMMIT the connection isn't trusted either.
    if (lease && (commitSent || endsSession(faultOf(_engine, _failure)))) lease->drop();
  }
  if (commitSent) return findOut(units);
  const Fault fault = faultOf(_engine, _failure);
  if (fault == Fault::Repeat) return Outcome::Repeat;
  if (fault == Fault::Lost) return Outcome::Lost;
  fail(units, _failure);
  return Outcome::Settled;
}

GroupTransaction::Outcome GroupTransaction::inTransaction(std::span<GroupUnit* const> units, SessionPool::Lease& lease,
                                                          bool& commitSent) {
  _connection = _engine.connectionOf(lease.session());
  Transaction transaction(_engine, lease);
  bool anything = false;
  for (GroupUnit* unit : units) {
    if (unit->abandoned) continue;
    runUnit(transaction, *unit, units.size() == 1);
    anything = anything || !unit->error;
  }
  if (!anything) return Outcome::Settled;
  _engine.mark(transaction.session(), ++_commit);
  commitSent = true;
  transaction.commit();
  _engine.verify();
  return Outcome::Settled;
}

// A unit that is alone in its transaction needs no savepoint.
void GroupTransaction::runUnit(Transaction& transaction, GroupUnit& unit, bool alone) {
  Poco::Data::Session& session = transaction.session();
  if (!alone) _engine.execute(session, "SAVEPOINT unit");
  try {
    unit.work(session);
    transaction.requireOpen();
    if (!alone && !_engine.savepointReplaces()) _engine.execute(session, "RELEASE SAVEPOINT unit");
    return;
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    const Fault fault = faultOf(_engine, error);
    if (endsSession(fault) || fault == Fault::Repeat) throw;
    unit.error = forCaller(_engine, error);
  }
  if (alone) return;
  try {
    _engine.execute(session, "ROLLBACK TO SAVEPOINT unit");
    if (!_engine.savepointReplaces()) _engine.execute(session, "RELEASE SAVEPOINT unit");
  } catch (const std::exception& error) {
    // The savepoint is gone, and the transaction too: the work's own exception hid a deadlock or a full disk.
    if (_engine.faultOf(error) == Fault::Lost) throw;
    throw TransactionEnded();
  }
}

// Usually the database answers at once, and the callers don't notice it.
GroupTransaction::Outcome GroupTransaction::findOut(std::span<GroupUnit* const> units) {
  for (bool isTold = false;;) {
    std::string why;
    try {
      const bool committed = wasCommitted();
      if (isTold) _listener.doubtEnded(committed);
      return committed ? Outcome::Settled : Outcome::Lost;
    } catch (const std::exception& error) {
      why = describe(error);
    }
    if (!std::exchange(isTold, true)) _listener.doubtBegan(why);
    if (!_listener.mayAskAgain()) {
      fail(units, std::make_exception_ptr(CommitInDoubt("whether it was committed isn't known: " + why)));
      return Outcome::Settled;
    }
  }
}

bool GroupTransaction::wasCommitted() {
  SessionPool::Lease lease = _pool.takeForCommit();
  try {
    return _engine.marked(lease.session(), _commit);
  } catch (const std::exception& error) {
    // Only the lost connection can lock this server's mark: the database hasn't noticed yet that it is lost.
    if (_engine.faultOf(error) == Fault::Repeat) _engine.endConnection(lease.session(), _connection);
    lease.drop();
    throw;
  }
}

// Units that failed themselves keep their own error.
void GroupTransaction::fail(std::span<GroupUnit* const> units, const std::exception_ptr& error) {
  const std::exception_ptr told = forCaller(_engine, error);
  for (GroupUnit* unit : units) {
    if (!unit->error) unit->error = told;
  }
}

}  // namespace chat::data
