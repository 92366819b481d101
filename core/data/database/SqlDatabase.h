#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "data/Options.h"
#include "data/commit/GroupCommit.h"
#include "data/engine/Engine.h"
#include "data/session/SessionPool.h"
#include "exec/Semaphore.h"

namespace chat::data {

class Migrations;

/// The database of the server on MySQL, MariaDB or SQLite.
///
/// Thread: as Database; `start` on the main thread. The destructor commits what `commitTogether` has accepted; all
/// other calls must have finished. Limits: those of Options.
class SqlDatabase final : public Database, public SchemaUpdater {
 public:
  /// Doesn't connect yet. Errors: std::invalid_argument for invalid options.
  explicit SqlDatabase(Options options);
  ~SqlDatabase() override;

  /// Checks the options like the constructor; opens no connection. Errors: std::invalid_argument that names the
  /// setting.
  static void checkOptions(const Options& options);
  /// Reads the migrations that plugins may ask for. Errors: MigrationError if the folder has none or a wrong one.
  static void checkSchema(const Options& options);

  /// Creates the database and its ledgers if they are missing, and checks the applied migrations against the files of
  /// `Options::schema`; the tables are created when plugins ask for them. Nothing else may be called before it has
  /// succeeded; after Unavailable it may be called again. Errors: Unavailable; MigrationError; DamagedFile.
  void start();
  /// Checks, for readiness, that the database answers and accepts writes: writes a row of the core's own table unless
  /// there was a commit within the last second. Errors: Unavailable with the reason.
  void ping();
  /// The server stops: a commit in doubt is looked up for at most this time.
  void drain(base::Duration atMost);

  /// Waits for a database that can't be reached, and for another server's migrations, as long as a start waits, unless
  /// this server stops.
  std::vector<AppliedMigration> migrate(const std::string& plugin, std::span<const Migration> migrations) override;
  std::vector<AppliedMigration> migrate(const std::string& user, const std::string& tables, int least) override;
  /// Throws the error that kept a plugin from the tables of `Options::schema`, if there was one: these files belong to
  /// the server, and it must not start without the plugins that need them.
  void requireMigrated() const;

  Dialect dialect() const noexcept override { return _engine->dialect(); }
  void read(const Work& work) override;
  void transaction(const Work& work) override;
  void commitTogether(const Work& work, std::function<void()> afterCommit) override;
  void commitTogetherOwned(Work work, std::function<void()> afterCommit) override;
  void commitBatched(std::shared_ptr<BatchWriter> writer, std::unique_ptr<BatchEntry> entry,
                     std::shared_ptr<void> owner) override;
  void readSnapshot(const Work& work) override;

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
