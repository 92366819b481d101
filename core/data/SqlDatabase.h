#pragma once

#include <memory>
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
  /// Reads the migrations that `start` would apply. Errors: MigrationError where the folder has none or a wrong one.
  static void checkSchema(const Options& options);

  /// Makes the database where it is missing, then brings its tables up to date; returns the migrations applied. Nothing
  /// else may be called before it has succeeded; after Unavailable it may be called again. Errors: Unavailable;
  /// MigrationError; DamagedFile.
  std::vector<std::string> start();
  /// Whether a statement is answered now and something can be written, for readiness: writes a row of the core's own
  /// unless somebody has committed within the last second. Errors: Unavailable with the reason.
  void ping();
  /// The server ends: a commit in doubt is looked up for so long at most.
  void drain(base::Duration atMost) { _groupCommit.drain(atMost); }

  /// After `start`.
  std::vector<std::string> migrate(const std::string& owner, std::span<const Migration> migrations) override;

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
  std::vector<std::string> apply(Migrations& migrations);

  const Options _options;
  const std::unique_ptr<Engine> _engine;
  SessionPool _pool;
  /// SQLite has one writer at a time; waiting here is fair and takes no session.
  exec::Semaphore _writers{1};
  GroupCommit _groupCommit;
};

}  // namespace chat::data
