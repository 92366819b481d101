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
  for (GroupUnit* unit : units) unit->error = nullptr;
  std::optional<exec::Semaphore::Place> turn;
  std::optional<SessionPool::Lease> lease;
  bool commitSent = false;
  try {
    if (_engine.oneWriter() && !(turn = _writers.placeFor(_options.wait))) {
      throw Unavailable("another transaction did not end in time");
    }
    lease.emplace(_pool.takeForCommit());
    return inTransaction(units, *lease, commitSent);
  } catch (...) {
    _failure = std::current_exception();
  }

  const Fault fault = faultOf(_engine, _failure);
  if (fault == Fault::Repeat) return Outcome::Repeat;
  if (fault != Fault::Lost) {
    fail(units, _failure);
    return Outcome::Settled;
  }
  lease->drop();
  lease.reset();
  if (!commitSent || !_engine.commitCanBeLost()) return Outcome::Lost;
  try {
    return wasCommitted() ? Outcome::Settled : Outcome::Lost;
  } catch (const std::exception& error) {
    fail(units, std::make_exception_ptr(Unavailable(
                    "the connection was lost while committing, whether in time is not known: " + describe(error))));
    return Outcome::Settled;
  }
}

GroupTransaction::Outcome GroupTransaction::inTransaction(std::span<GroupUnit* const> units, SessionPool::Lease& lease,
                                                          bool& commitSent) {
  Transaction transaction(_engine, lease);
  bool anything = false;
  for (GroupUnit* unit : units) {
    runUnit(transaction, *unit, units.size() == 1);
    anything = anything || !unit->error;
  }
  if (!anything) return Outcome::Settled;
  ++_commit;
  if (_engine.commitCanBeLost()) _engine.mark(transaction.session(), _commit);
  commitSent = true;
  transaction.commit();
  return Outcome::Settled;
}

// Alone, a unit needs no savepoint: the transaction is its own.
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
    if (fault == Fault::Lost || fault == Fault::Repeat) throw;
    unit.error = forCaller(_engine, error);
  }
  if (alone) return;
  try {
    _engine.execute(session, "ROLLBACK TO SAVEPOINT unit");
    if (!_engine.savepointReplaces()) _engine.execute(session, "RELEASE SAVEPOINT unit");
  } catch (const std::exception& error) {
    // The savepoint is gone, and the transaction with it: the work hid a deadlock, or a full disk, behind its own
    // exception.
    if (_engine.faultOf(error) == Fault::Lost) throw;
    throw TransactionEnded();
  }
}

bool GroupTransaction::wasCommitted() {
  SessionPool::Lease lease = _pool.takeForCommit();
  try {
    return _engine.marked(lease.session(), _commit);
  } catch (...) {
    lease.drop();
    throw;
  }
}

// Those that failed on their own account keep their own reason.
void GroupTransaction::fail(std::span<GroupUnit* const> units, const std::exception_ptr& error) {
  const std::exception_ptr told = forCaller(_engine, error);
  for (GroupUnit* unit : units) {
    if (!unit->error) unit->error = told;
  }
}

}  // namespace chat::data
