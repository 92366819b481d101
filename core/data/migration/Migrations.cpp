#include "data/migration/Migrations.h"

#include <Poco/Data/Session.h>

#include <algorithm>
#include <map>
#include <utility>

#include "data/migration/SqlScript.h"

namespace chat::data {

namespace {

/// Releases the lock for the next server, whatever happens; on SQLite this commits.
class MigrationLock {
 public:
  MigrationLock(Engine& engine, Poco::Data::Session& session) : _engine(engine), _session(session) {
    try {
      _engine.lockMigrations(_session);
    } catch (const Unavailable& error) {
      throw MigrationsBusy(error.what());
    } catch (const std::exception& error) {
      if (_engine.faultOf(error) != Fault::Repeat) throw;
      throw MigrationsBusy("another server writes to the database: " + describe(error));
    }
  }
  ~MigrationLock() {
    if (_released) return;
    try {
      _engine.unlockMigrations(_session, false);
    } catch (const std::exception&) {
      // The connection is lost, and with it the lock.
    }
  }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;
  void done() {
    _engine.unlockMigrations(_session, true);
    _released = true;
  }

 private:
  Engine& _engine;
  Poco::Data::Session& _session;
  bool _released = false;
};

MigrationError tooNew(std::string_view program, const std::string& name, const std::string& owner) {
  const std::string what(program);
  return MigrationError("the database is newer than this " + what + ": it has the migration " + name + " of " + owner +
                        ", which this " + what + " doesn't know. Start the newer " + what +
                        ", or restore the backup that was made before it.");
}

/// How many of the set's steps the ledger has; each must equal the applied one.
std::size_t countApplied(const MigrationLedger& ledger, const MigrationSet& set, Newer newer) {
  const auto entries = ledger.of(set.owner());
  const auto& steps = set.steps();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i >= steps.size()) {
      if (newer == Newer::Passed) return steps.size();
      throw tooNew(set.program(), entries[i].name, set.owner());
    }
    if (steps[i].checksum == entries[i].checksum) continue;
    throw MigrationError("the migration " + steps[i].name + " of " + set.owner() +
                         " was changed after it had been applied (as " + entries[i].name +
                         "). Restore the file, and put the change into a file with the next number.");
  }
  return entries.size();
}

const MigrationLedger::Entry* find(const std::vector<MigrationLedger::Entry>& entries, int number) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [number](const auto& entry) { return entry.number == number; });
  return found == entries.end() ? nullptr : &*found;
}

/// Whether the ledger has that former migration; its entry must equal the released one.
bool has(const MigrationLedger& ledger, const FormerMigration& former) {
  const auto entries = ledger.of(former.owner);
  const auto* const entry = find(entries, former.number);
  if (entry == nullptr) return false;
  if (entry->checksum == former.checksum) return true;
  throw MigrationError("the database has the migration " + entry->name + " of " + former.owner +
                       " with another content than the released " + former.name +
                       ": its tables can't be taken over. Restore the backup that was made before it was changed.");
}

/// Checks the ledger's entries of a former owner against the sets.
void checkFormer(const MigrationLedger& ledger, const std::vector<MigrationSet>& sets) {
  std::map<std::string, std::vector<int>> known;
  for (const auto& set : sets) {
    for (const auto& step : set.steps()) {
      if (!step.former) continue;
      known[step.former->owner].push_back(step.former->number);
      has(ledger, *step.former);
    }
  }
  for (const auto& [owner, numbers] : known) {
    for (const auto& entry : ledger.of(owner)) {
      if (MigrationLedger::isClosing(entry)) continue;
      if (std::find(numbers.begin(), numbers.end(), entry.number) != numbers.end()) continue;
      throw tooNew("server", entry.name, owner);
    }
  }
}

}  // namespace

Migrations::Migrations(Engine& engine, MigrationSet set, Newer newer)
    : _engine(engine), _set(std::move(set)), _newer(newer) {}

bool Migrations::isDone(Poco::Data::Session& session) const {
  return countApplied(MigrationLedger(session), _set, _newer) == _set.steps().size();
}

std::vector<AppliedMigration> Migrations::apply(Poco::Data::Session& session) {
  MigrationLock lock(_engine, session);
  std::vector<AppliedMigration> applied;
  const auto& steps = _set.steps();
  for (std::size_t i = countApplied(MigrationLedger(session), _set, _newer); i < steps.size(); ++i) {
    applied.push_back(applyOrTakeOver(session, steps[i]));
  }
  lock.done();
  return applied;
}

AppliedMigration Migrations::applyOrTakeOver(Poco::Data::Session& session, const NumberedMigration& migration) {
  MigrationLedger ledger(session);
  const auto& former = migration.former;
  const bool isThere = former && has(ledger, *former);
  if (!isThere) run(session, migration);
  ledger.add(_set.owner(), {migration.number, migration.name, migration.checksum});
  if (former) ledger.close(former->owner);
  return {migration.name, isThere ? former->name + " of " + former->owner : ""};
}

void Migrations::run(Poco::Data::Session& session, const NumberedMigration& migration) {
  MigrationLedger ledger(session);
  const bool inSteps = _engine.schemaCommits();
  const auto before = inSteps ? ledger.stepOf(_set.owner(), migration) : MigrationLedger::Step{};
  const bool formerlyBegun = inSteps && migration.former && ledger.mayHaveBegun(*migration.former);
  int done = 0;
  for (const std::string& statement : splitStatements(migration.script)) {
    const bool isNext = done == before.done;
    if (++done <= before.done) continue;
    if (inSteps) ledger.note(_set.owner(), migration, {done - 1, true});
    try {
      runStatement(session, statement, formerlyBegun || (isNext && before.begun));
    } catch (const std::exception& error) {
      // The next start finds out the result of a statement whose answer was lost.
      if (inSteps && _engine.faultOf(error) != Fault::Lost) {
        ledger.note(_set.owner(), migration, {done - 1, false});
      }
      throw MigrationError("the migration " + migration.name + " of " + _set.owner() + " failed at its statement " +
                           std::to_string(done) + ": " + describe(error));
    }
  }
}

void Migrations::runStatement(Poco::Data::Session& session, const std::string& statement, bool mayBeDone) {
  try {
    _engine.execute(session, statement);
  } catch (const std::exception& error) {
    if (!mayBeDone || !_engine.isDoneAlready(error)) throw;
  }
}

void prepareLedgers(Engine& engine, Poco::Data::Session& session, const std::vector<MigrationSet>& sets) {
  MigrationLock lock(engine, session);
  engine.createLedgers(session);
  const MigrationLedger ledger(session);
  for (const auto& set : sets) countApplied(ledger, set, Newer::Refused);
  checkFormer(ledger, sets);
  lock.done();
}

}  // namespace chat::data
