#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "data/Engine.h"
#include "data/GroupCommit.h"
#include "data/Options.h"
#include "data/SessionPool.h"
#include "exec/Semaphore.h"

namespace chat::data {

class Migrations;

/// The database of the server on MySQL, MariaDB or SQLite.
///
/// Thread: as Database; `start` on the main thread. The destructor commits what `commitTogether` has accepted;
/// everybody else must have finished. Limits: those of Options.
class SqlDatabase final : public Database, public SchemaUpdater {
 public:
  /// Connects to nothing yet. Errors: std::invalid_argument for options that can't be right.
  explicit SqlDatabase(Options options);
  ~SqlDatabase() override;

  /// What the constructor would say of the options; opens no connection. Errors: std::invalid_argument that names the
  /// setting.
  static void checkOptions(const Options& options);
  /// Reads the migrations that plugins may ask for. Errors: MigrationError if the folder has none or a wrong one.
  static void checkSchema(const Options& options);

  /// Makes the database and its ledgers if they are missing, and holds what was applied to it against the files of
  /// `Options::schema`; the tables are made when plugins ask for them. Nothing else may be called before it has
  /// succeeded; after Unavailable it may be called again. Errors: Unavailable; MigrationError; DamagedFile.
  void start();
  /// Whether a statement is answered now and something can be written, for readiness: writes a row of the core's own
  /// unless somebody has committed within the last second. Errors: Unavailable with the reason.
  void ping();
  /// The server ends: a commit in doubt is looked up for so long at most.
  void drain(base::Duration atMost);

  /// Waits for a database that is away, and for another server's migrations, as long as a start waits, unless this
  /// server ends.
  std::vector<AppliedMigration> migrate(const std::string& plugin, std::span<const Migration> migrations) override;
  std::vector<AppliedMigration> migrate(const std::string& user, const std::string& tables, int least) override;
  /// Throws what has kept a plugin from the tables of `Options::schema`, if anything has: these files belong to the
  /// server, and a start without them would leave out what it is there for.
  void requireMigrated() const;

  Dialect dialect() const noexcept override { return _engine->dialect(); }
  void read(const Work& work) override;
  void transaction(const Work& work) override;
  void commitTogether(const Work& work, std::function<void()> afterCommit) override;
  void commitTogetherOwned(Work work, std::function<void()> afterCommit) override;

  /// Sessions in use and units that wait for a commit; for metrics.
  std::size_t sessionsInUse() const { return _pool.inUse(); }
  std::size_t waitingForCommit() const { return _groupCommit.waiting(); }

 private:
  enum class Outcome { Done, Again };
  void requireAnswer();
  Outcome attemptTransaction(const Work& work, bool last);
  std::vector<AppliedMigration> applyFiles(const std::string& user, const std::string& tables, int least);
  std::vector<AppliedMigration> apply(Migrations migrations);
  std::vector<AppliedMigration> applyOnce(Migrations& migrations);
  template <typename Work>
  void onOwnSession(Work&& work);

  const Options _options;
  const std::unique_ptr<Engine> _engine;
  SessionPool _pool;
  /// SQLite has one writer at a time; waiting here is fair and takes no session.
  exec::Semaphore _writers{1};
  GroupCommit _groupCommit;
  std::atomic<bool> _ending{false};
  mutable std::mutex _mutex;
  std::exception_ptr _failedMigration;  // the first one
};

}  // namespace chat::data
