#pragma once

#include <atomic>
#include <string>

#include "data/Options.h"
#include "data/engine/Engine.h"

namespace chat::data {

/// MySQL 8 and MariaDB through Poco's connector and, for statements that aren't prepared, the client library below it.
///
/// Poco's own `begin` and `commit` are not used: in Poco 1.11 they leave autocommit off for ever. Nor is its
/// `auto-reconnect`: a connection that is replaced in the middle of a transaction would commit only the second half;
/// nor its `reset`, which costs a round trip for each use and removes the session's settings.
///
/// Isolation is READ COMMITTED: after waiting for a row's lock, a transaction must see what the previous one committed
/// (a message's `lid`, a date), which the snapshot of REPEATABLE READ would hide; and without gap locks there are fewer
/// deadlocks.
class MySqlEngine final : public Engine {
 public:
  /// Errors: std::invalid_argument for a setting that Poco's connection string can't represent.
  explicit MySqlEngine(const Options& options);
  ~MySqlEngine() override;

  Dialect dialect() const noexcept override { return Dialect::MySql; }
  const std::string& connector() const noexcept override { return _connector; }
  std::string connectionString() const override;
  void createIfMissing() override;
  void prepare(Poco::Data::Session& session, Use use) override;
  std::shared_ptr<Interrupter> interrupter(Poco::Data::Session& session) override;
  const void* identity(const Poco::Data::Session& session) const override;
  void tryConnection() override;
  bool alive(Poco::Data::Session& session) noexcept override;
  bool tidy(Poco::Data::Session& session) noexcept override;
  void execute(Poco::Data::Session& session, const std::string& sql) override;
  void begin(Poco::Data::Session& session) override;
  void beginSnapshot(Poco::Data::Session& session) override;
  std::string quoted(Poco::Data::Session& session, std::string_view text) override;
  std::vector<BatchSession::Rows> queryAll(Poco::Data::Session& session, std::span<const std::string> statements,
                                           std::size_t selects, std::size_t& done) override;
  std::vector<std::uint64_t> insert(Poco::Data::Session& session, std::span<const std::string> statements,
                                    std::size_t rows, std::size_t& done) override;
  void executeAll(Poco::Data::Session& session, std::span<const std::string> statements, std::size_t& done) override;
  bool inTransaction(Poco::Data::Session& session) override;
  bool savepointReplaces() const noexcept override { return true; }
  bool oneWriter() const noexcept override { return false; }
  std::uint64_t connectionOf(Poco::Data::Session& session) override;
  void endConnection(Poco::Data::Session& session, std::uint64_t connection) noexcept override;
  std::vector<std::string> markedBeginning(std::size_t lane, std::uint64_t commit) const override;
  bool marked(Poco::Data::Session& session, std::size_t lane, std::uint64_t commit) override;
  std::size_t mostBytes() const noexcept override { return _mostBytes.load(std::memory_order_relaxed); }
  void lockMigrations(Poco::Data::Session& session) override;
  void unlockMigrations(Poco::Data::Session& session, bool done) override;
  bool schemaCommits() const noexcept override { return true; }
  bool isDoneAlready(const std::exception& error) const noexcept override;
  void createLedgers(Poco::Data::Session& session) override;
  Fault faultOf(const std::exception& error) const noexcept override;

 private:
  void sendAll(Poco::Data::Session& session, std::span<const std::string> statements);
  /// Zero: no limit.
  void boundStatements(Poco::Data::Session& session, base::Duration longest);
  void boundIdleTransactions(Poco::Data::Session& session, Use use);
  void boundLockWait(Poco::Data::Session& session, std::size_t seconds);
  /// And how far the ids of one INSERT are apart.
  void learnMostBytes(Poco::Data::Session& session);
  std::string migrationLock() const;

  const Options& _options;
  const std::string _connector;
  /// Names this server's row of `commit_ledger`, which lives as long as the process.
  const std::string _writer;
  std::atomic<std::size_t> _mostBytes{1U << 20};
  std::atomic<std::uint64_t> _idStep{1};
};

}  // namespace chat::data
