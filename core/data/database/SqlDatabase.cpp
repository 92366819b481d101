#include "data/database/SqlDatabase.h"

#include <functional>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "base/RequestStart.h"
#include "data/engine/MySqlEngine.h"
#include "data/engine/SqliteEngine.h"
#include "data/engine/SqliteFile.h"
#include "data/migration/Migrations.h"
#include "data/migration/SchemaFolder.h"
#include "data/session/Transaction.h"

namespace chat::data {

namespace {

constexpr int TransactionAttempts = 4;
constexpr int MigrationAttempts = 30;
constexpr base::Duration MigrationPause{1000};
constexpr base::Duration ProofLasts{1000};

std::unique_ptr<Engine> makeEngine(const Options& options) {
  if (options.engine == Dialect::MySql) return std::make_unique<MySqlEngine>(options);
  return std::make_unique<SqliteEngine>(options);
}

/// Two transactions that have just deadlocked would deadlock again if both were repeated at once.
void stepAside() {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<>(500, 5000)(random)));
}

}  // namespace

SqlDatabase::SqlDatabase(Options options)
    : _options(std::move(options)),
      _engine(makeEngine(_options)),
      _pool(*_engine, _options),
      _groupCommit(*_engine, _pool, _writers, _options) {}

SqlDatabase::~SqlDatabase() = default;

void SqlDatabase::checkOptions(const Options& options) {
  makeEngine(options);
}

void SqlDatabase::checkSchema(const Options& options) {
  const SchemaFolder folder(options.schema, options.engine);
  if (folder.sets().empty()) {
    throw MigrationError("there are no migrations in " + folder.placeOf("*").string() +
                         "; the folder belongs to the release of the server");
  }
}

void SqlDatabase::start() {
  const auto sets = SchemaFolder(_options.schema, _options.engine).sets();
  try {
    _engine->createIfMissing();
  } catch (const DamagedFile&) {
    throw;
  } catch (const std::exception& error) {
    throw Unavailable("no database: " + describe(error));
  }
  onOwnSession([&](Poco::Data::Session& session) { prepareLedgers(*_engine, session, sets); });
}

void SqlDatabase::drain(base::Duration atMost) {
  _ending = true;
  _groupCommit.drain(atMost);
}

std::vector<AppliedMigration> SqlDatabase::migrate(const std::string& plugin, std::span<const Migration> list) {
  return apply({*_engine, MigrationSet::ofList(plugin, dialect(), list), Newer::Refused});
}

std::vector<AppliedMigration> SqlDatabase::migrate(const std::string& user, const std::string& tables, int least) {
  try {
    return applyFiles(user, tables, least);
  } catch (const std::exception&) {
    const std::lock_guard lock(_mutex);
    if (!_failedMigration) _failedMigration = std::current_exception();
    throw;
  }
}

void SqlDatabase::requireMigrated() const {
  const std::lock_guard lock(_mutex);
  if (_failedMigration) std::rethrow_exception(_failedMigration);
}

std::vector<AppliedMigration> SqlDatabase::applyFiles(const std::string& user, const std::string& tables, int least) {
  const SchemaFolder folder(_options.schema, dialect());
  auto set = folder.setOf(tables);
  if (set.steps().size() < static_cast<std::size_t>(least)) {
    throw MigrationError("plugin " + user + " needs the tables of " + tables + " up to their migration " +
                         std::to_string(least) + ", and " + folder.placeOf(tables).string() + " ends with " +
                         set.steps().back().name + ". Replace schema.folder by that of the plugin's release.");
  }
  return apply({*_engine, std::move(set), user == tables ? Newer::Refused : Newer::Passed});
}

std::vector<AppliedMigration> SqlDatabase::apply(Migrations migrations) {
  for (int attempt = 1;; ++attempt) {
    try {
      return applyOnce(migrations);
    } catch (const Unavailable&) {
      if (attempt == MigrationAttempts || _ending) throw;
    }
    std::this_thread::sleep_for(MigrationPause);
  }
}

std::vector<AppliedMigration> SqlDatabase::applyOnce(Migrations& migrations) {
  // Without the lock: usually nothing needs to be done, and replacing a plugin must not block writers.
  bool isDone = false;
  read([&](Poco::Data::Session& session) { isDone = migrations.isDone(session); });
  if (isDone) return {};
  std::optional<exec::Semaphore::Place> turn;
  if (_engine->oneWriter() && !(turn = _writers.placeFor(_options.wait))) {
    throw Unavailable("every turn to write was taken; the migrations of " + migrations.set().owner() +
                      " could not begin");
  }
  std::vector<AppliedMigration> applied;
  onOwnSession([&](Poco::Data::Session& session) { applied = migrations.apply(session); });
  return applied;
}

/// With a session that is not used afterwards, because its time limits are removed.
template <typename Work>
void SqlDatabase::onOwnSession(Work&& work) {
  SessionPool::Lease lease = _pool.takeForLong();
  try {
    work(lease.session());
    lease.drop();
  } catch (...) {
    lease.drop();
    std::rethrow_exception(forCaller(*_engine, std::current_exception()));
  }
}

void SqlDatabase::ping() {
  // As long as a request may take: a database that stands still isn't ready.
  const base::RequestStart::Scope request(base::systemClock().now());
  _engine->inspect();
  requireAnswer();
  // If there was a commit just now, nothing needs to be written. Otherwise it writes the mark that every commit has.
  if (_groupCommit.hasCommittedWithin(ProofLasts)) return;
  _groupCommit.run([](Poco::Data::Session&) {}, {}, GroupCommit::InDoubt::Leave);
}

void SqlDatabase::requireAnswer() {
  for (bool again = true;; again = false) {
    SessionPool::Lease lease = _pool.take();
    if (_engine->alive(lease.session())) return;
    lease.drop();  // and the pool tests each of the others before it is used
    if (!again) throw Unavailable("the database does not answer");
  }
}

void SqlDatabase::read(const Work& work) {
  for (bool again = true;; again = false) {
    SessionPool::Lease lease = _pool.take();
    try {
      return work(lease.session());
    } catch (...) {
      const std::exception_ptr error = std::current_exception();
      const Fault fault = faultOf(*_engine, error);
      const bool wasInterrupted = lease.wasInterrupted();
      if (wasInterrupted || endsSession(fault)) lease.drop();
      if (wasInterrupted) throw Unavailable("the database took too long");
      if (fault != Fault::Lost || !again) std::rethrow_exception(forCaller(*_engine, error));
    }
  }
}

void SqlDatabase::transaction(const Work& work) {
  for (int attempt = 1;; ++attempt) {
    if (attemptTransaction(work, attempt == TransactionAttempts) == Outcome::Done) return;
    stepAside();
  }
}

SqlDatabase::Outcome SqlDatabase::attemptTransaction(const Work& work, bool last) {
  std::optional<exec::Semaphore::Place> turn;
  if (_engine->oneWriter() && !(turn = _writers.placeFor(base::RequestStart::left(_options.wait)))) {
    throw Unavailable("another transaction did not end in time");
  }
  SessionPool::Lease lease = _pool.take();
  bool commitSent = false;
  bool committed = false;
  try {
    Transaction transaction(*_engine, lease);
    work(transaction.session());
    transaction.requireOpen();
    commitSent = true;
    transaction.commit();
    committed = true;
    _engine->verify();
    return Outcome::Done;
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    const Fault fault = faultOf(*_engine, error);
    const bool wasInterrupted = lease.wasInterrupted();
    if (wasInterrupted || endsSession(fault)) lease.drop();
    if (committed || (commitSent && fault == Fault::Lost)) {
      throw CommitInDoubt("the answer to a commit was lost, whether it was done isn't known");
    }
    if (wasInterrupted) throw Unavailable("the database took too long; nothing was stored");
    if ((fault == Fault::Repeat || fault == Fault::Lost) && !last) return Outcome::Again;
    std::rethrow_exception(forCaller(*_engine, error));
  }
}

void SqlDatabase::commitTogether(const Work& work, std::function<void()> afterCommit) {
  _groupCommit.run(std::ref(work), std::move(afterCommit), GroupCommit::InDoubt::Wait);
}

void SqlDatabase::commitTogetherOwned(Work work, std::function<void()> afterCommit) {
  _groupCommit.run(std::move(work), std::move(afterCommit), GroupCommit::InDoubt::Leave);
}

void SqlDatabase::commitBatched(std::shared_ptr<BatchWriter> writer, std::unique_ptr<BatchEntry> entry,
                                std::shared_ptr<void> owner) {
  _groupCommit.add(std::move(writer), std::move(entry), std::move(owner));
}

void SqlDatabase::readSnapshot(const Work& work) {
  onOwnSession([&](Poco::Data::Session& session) {
    _engine->beginSnapshot(session);
    work(session);
  });
}

}  // namespace chat::data
