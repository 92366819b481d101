#include "data/SqlDatabase.h"

#include <functional>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "data/Migrations.h"
#include "data/MySqlEngine.h"
#include "data/SqliteEngine.h"
#include "data/SqliteFile.h"
#include "data/Transaction.h"

namespace chat::data {

namespace {

constexpr int TransactionAttempts = 4;
constexpr const char* SchemaOwner = "server";
constexpr base::Duration ProofLasts{1000};

std::unique_ptr<Engine> makeEngine(const Options& options) {
  if (options.engine == Dialect::MySql) return std::make_unique<MySqlEngine>(options);
  return std::make_unique<SqliteEngine>(options);
}

const char* schemaFolder(Dialect dialect) {
  return dialect == Dialect::MySql ? "mysql" : "sqlite";
}

Migrations readSchema(Engine& engine, const Options& options) {
  return {engine, SchemaOwner, options.schema / schemaFolder(engine.dialect())};
}

/// Two that have just deadlocked would meet again if both came back at once.
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
  const auto engine = makeEngine(options);
  if (readSchema(*engine, options).isEmpty()) {
    throw MigrationError("there are no migrations in " + (options.schema / schemaFolder(engine->dialect())).string());
  }
}

std::vector<std::string> SqlDatabase::start() {
  auto migrations = readSchema(*_engine, _options);
  try {
    _engine->createIfMissing();
  } catch (const DamagedFile&) {
    throw;
  } catch (const std::exception& error) {
    throw Unavailable("no database: " + describe(error));
  }
  return apply(migrations);
}

std::vector<std::string> SqlDatabase::migrate(const std::string& owner, std::span<const Migration> list) {
  Migrations migrations(*_engine, owner, list);
  std::optional<exec::Semaphore::Place> turn;
  if (_engine->oneWriter() && !(turn = _writers.placeFor(_options.wait))) {
    throw Unavailable("every turn to write was taken; the migrations of " + owner + " could not begin");
  }
  return apply(migrations);
}

std::vector<std::string> SqlDatabase::apply(Migrations& migrations) {
  SessionPool::Lease lease = _pool.take();
  try {
    std::vector<std::string> applied = migrations.apply(lease.session());
    // Its time limits were lifted.
    lease.drop();
    return applied;
  } catch (...) {
    lease.drop();
    std::rethrow_exception(forCaller(*_engine, std::current_exception()));
  }
}

void SqlDatabase::ping() {
  _engine->inspect();
  requireAnswer();
  // What others have just written needs no proof. Else the mark that every commit carries is what is written.
  if (_groupCommit.hasCommittedWithin(ProofLasts)) return;
  _groupCommit.run([](Poco::Data::Session&) {}, {}, GroupCommit::InDoubt::Leave);
}

void SqlDatabase::requireAnswer() {
  for (bool again = true;; again = false) {
    SessionPool::Lease lease = _pool.take();
    if (_engine->alive(lease.session())) return;
    lease.drop();  // and the pool looks at each of the others before it lends it
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
      if (endsSession(fault)) lease.drop();
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
  if (_engine->oneWriter() && !(turn = _writers.placeFor(_options.wait))) {
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
    if (endsSession(fault)) lease.drop();
    if (committed || (commitSent && fault == Fault::Lost)) {
      throw CommitInDoubt("the answer to a commit was lost, whether it was done isn't known");
    }
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

}  // namespace chat::data
