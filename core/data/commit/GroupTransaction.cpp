#include "data/commit/GroupTransaction.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "data/session/MarkedTransaction.h"

namespace chat::data {

namespace {

using State = CommitUnit::State;

/// Units whose callers still wait, so that they may be written.
std::vector<CommitUnit*> wanted(std::span<CommitUnit* const> units) {
  static const auto notStored = std::make_exception_ptr(Unavailable("it turned out not to have been stored"));
  std::vector<CommitUnit*> all;
  all.reserve(units.size());
  for (auto* unit : units) {
    unit->isAside = false;
    unit->move(State::Committing, State::Running);
    unit->error = unit->hasLeft() ? notStored : nullptr;
    if (!unit->error) all.push_back(unit);
  }
  return all;
}

/// From now on callers that leave are in doubt. False if one has left before.
bool beginCommit(std::span<CommitUnit* const> units) noexcept {
  return std::all_of(units.begin(), units.end(), [](CommitUnit* unit) {
    return unit->error || unit->isAside || unit->move(State::Running, State::Committing);
  });
}

/// A batch can't be written as a whole.
struct WrittenApart {};

class TextSession final : public BatchSession {
 public:
  TextSession(Engine& engine, MarkedTransaction& transaction, BatchLocks locks) noexcept
      : _engine(engine), _transaction(transaction), _locks(locks) {}
  Poco::Data::Session& session() override { return _transaction.session(); }
  BatchLocks locks() const noexcept override { return _locks; }
  std::string quoted(std::string_view text) override { return _engine.quoted(_transaction.unflushed(), text); }
  std::vector<Rows> queryAll(std::span<const std::string> selects) override {
    return _transaction.queue().queryAll(selects);
  }
  std::vector<std::uint64_t> insert(const std::string& sql, std::size_t rows) override {
    return _transaction.queue().insert(sql, rows);
  }
  void execute(std::span<const std::string> statements) override {
    for (const auto& statement : statements) _transaction.queue().add(statement);
  }

 private:
  Engine& _engine;
  MarkedTransaction& _transaction;
  const BatchLocks _locks;
};

}  // namespace

void GroupTransaction::run(std::span<CommitUnit* const> units) noexcept {
  Outcome outcome = Outcome::Settled;
  for (int tries = 2; tries > 0;) {
    outcome = attempt(units);
    if (outcome == Outcome::Settled) return;
    if (outcome == Outcome::Apart) break;
    if (outcome != Outcome::Left) --tries;  // only as many can leave as there are
  }
  if ((outcome == Outcome::Repeat || outcome == Outcome::Apart) && units.size() > 1) {
    for (std::size_t i = 0; i < units.size(); ++i) run(units.subspan(i, 1));
  } else {
    fail(units, _failure);
  }
}

GroupTransaction::Outcome GroupTransaction::attempt(Units units) {
  const auto live = wanted(units);
  if (live.empty()) return Outcome::Settled;
  bool commitSent = false;
  {
    std::optional<exec::Semaphore::Place> turn;
    std::optional<SessionPool::Lease> lease;
    try {
      if (_engine.oneWriter() && !(turn = _writers.placeFor(_options.wait))) {
        throw Unavailable("another transaction did not end in time");
      }
      lease.emplace(take());
      return inTransaction(live, *lease, commitSent);
    } catch (const WrittenApart&) {
      return Outcome::Apart;
    } catch (...) {
      _failure = std::current_exception();
    }
    // After an error as the answer to COMMIT the connection isn't trusted either.
    if (lease && (commitSent || endsSession(faultOf(_engine, _failure)))) lease->drop();
  }
  if (commitSent) return findOut(live);
  const Fault fault = faultOf(_engine, _failure);
  if (fault == Fault::Repeat) return Outcome::Repeat;
  if (fault == Fault::Lost) return Outcome::Lost;
  fail(live, _failure);
  return Outcome::Settled;
}

GroupTransaction::Outcome GroupTransaction::inTransaction(Units units, SessionPool::Lease& lease, bool& commitSent) {
  _connection = _engine.connectionOf(lease.session());
  MarkedTransaction transaction(_engine, lease, _lane, ++_commit);
  runAll(transaction, units);
  const auto isWritten = [](const CommitUnit* unit) { return !unit->error && !unit->isAside; };
  if (std::none_of(units.begin(), units.end(), isWritten)) return Outcome::Settled;
  if (!beginCommit(units)) return Outcome::Left;
  commitSent = true;
  try {
    transaction.commit();
  } catch (...) {
    const auto error = std::current_exception();
    if (!transaction.failedBeforeCommit() || faultOf(_engine, error) == Fault::Lost) throw;
    commitSent = false;
    return notCommitted(units, error);
  }
  _pool.noteAnswer();
  _engine.verify();
  return Outcome::Settled;
}

// The database has refused a statement that was sent together with COMMIT, and so hasn't come to that.
GroupTransaction::Outcome GroupTransaction::notCommitted(Units units, const std::exception_ptr& error) {
  const Fault fault = faultOf(_engine, error);
  if (endsSession(fault) || fault == Fault::Repeat) std::rethrow_exception(error);
  if (units.size() > 1) return Outcome::Apart;
  if (!setAside(*units.front(), fault)) units.front()->error = forCaller(_engine, error);
  return Outcome::Settled;
}

// Units of one writer are written together, as many as fit into a packet. They come last: such a writer may hold a lock
// that all servers need, and what others do in the meantime may wait for a row.
void GroupTransaction::runAll(MarkedTransaction& transaction, Units units) {
  const std::size_t mostBytes = _engine.mostBytes();
  std::vector<CommitUnit*> rest(units.begin(), units.end());
  std::stable_partition(rest.begin(), rest.end(), [](const CommitUnit* unit) { return unit->writer == nullptr; });
  while (!rest.empty()) {
    std::vector<CommitUnit*> part{rest.front()};
    std::vector<CommitUnit*> others;
    const auto& writer = part.front()->writer;
    std::size_t bytes = part.front()->entry->bytes();
    bool isFull = writer == nullptr;
    for (auto unit = rest.begin() + 1; unit != rest.end(); ++unit) {
      const bool fits = !isFull && (*unit)->writer == writer && bytes + (*unit)->entry->bytes() <= mostBytes;
      isFull = isFull || (!fits && (*unit)->writer == writer);
      if (fits) bytes += (*unit)->entry->bytes();
      (fits ? part : others).push_back(*unit);
    }
    rest = std::move(others);
    if (bytes > mostBytes) {
      part.front()->error = std::make_exception_ptr(TooLarge("more than the database takes at once"));
    } else {
      runPart(transaction, part, part.size() == units.size());
    }
  }
}

// A part that is alone in its transaction needs no savepoint: if it can't be written, its units are written apart.
void GroupTransaction::runPart(MarkedTransaction& transaction, Units part, bool alone) {
  const bool needsSavepoint = !alone;
  if (needsSavepoint) transaction.savepoint();
  try {
    write(transaction, part);
    if (!alone) transaction.queue().flush();  // or another part would have its errors
    transaction.requireOpen();
    if (needsSavepoint) transaction.releaseSavepoint();
    return;
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    const Fault fault = faultOf(_engine, error);
    if (endsSession(fault) || fault == Fault::Repeat || transaction.beginningFailed()) throw;
    if (part.size() > 1 && alone) throw WrittenApart();
    if (part.size() == 1 && !setAside(*part.front(), fault)) part.front()->error = forCaller(_engine, error);
  }
  if (!needsSavepoint) return;
  try {
    transaction.rollbackToSavepoint();
  } catch (const std::exception& error) {
    // The savepoint is gone, and the transaction too: the work's own exception hid a deadlock or a full disk.
    if (_engine.faultOf(error) == Fault::Lost) throw;
    throw TransactionEnded();
  }
  if (part.size() == 1) return;
  for (std::size_t i = 0; i < part.size(); ++i) runPart(transaction, part.subspan(i, 1), false);
}

void GroupTransaction::write(MarkedTransaction& transaction, Units part) {
  if (!part.front()->writer) return part.front()->work(transaction.session());
  std::vector<BatchEntry*> entries;
  entries.reserve(part.size());
  for (auto* unit : part) {
    unit->entry->_outcome = BatchEntry::Outcome::Written;
    entries.push_back(unit->entry.get());
  }
  TextSession session(_engine, transaction, waitsForLocks() ? BatchLocks::Wait : BatchLocks::Skip);
  part.front()->writer->write(session, entries);
  for (auto* unit : part) {
    auto& entry = *unit->entry;
    const bool isLocked = entry._outcome == BatchEntry::Outcome::Aside;
    unit->isAside = isLocked && !waitsForLocks();
    if (isLocked && !unit->isAside) unit->error = std::make_exception_ptr(Unavailable("its rows are locked"));
    // Here and not with the entry's destructor: the exception may have a type of the plugin's library.
    if (auto reason = std::exchange(entry._reason, nullptr)) unit->error = std::move(reason);
  }
}

// Somebody else has locked what it needs: whoever doesn't wait sets it aside.
bool GroupTransaction::setAside(CommitUnit& unit, Fault fault) {
  if (fault != Fault::LockWait || waitsForLocks()) return false;
  unit.isAside = true;
  return true;
}

// Usually the database answers at once, and the callers don't notice it.
GroupTransaction::Outcome GroupTransaction::findOut(Units units) {
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
  SessionPool::Lease lease = _pool.takeForLane();
  try {
    const bool isMarked = _engine.marked(lease.session(), _lane, _commit);
    _pool.noteAnswer();
    return isMarked;
  } catch (const std::exception& error) {
    // Only the lost connection can lock this lane's mark: the database hasn't noticed yet that it is lost.
    if (_engine.faultOf(error) == Fault::LockWait) _engine.endConnection(lease.session(), _connection);
    lease.drop();
    throw;
  }
}

// Units that failed themselves keep their own error, and those set aside are written later.
void GroupTransaction::fail(Units units, const std::exception_ptr& error) {
  const std::exception_ptr told = forCaller(_engine, error);
  for (CommitUnit* unit : units) {
    if (!unit->error && !unit->isAside) unit->error = told;
  }
}

}  // namespace chat::data
