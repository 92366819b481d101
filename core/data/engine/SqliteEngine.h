#pragma once

#include <filesystem>
#include <string>

#include "data/Options.h"
#include "data/engine/Engine.h"
#include "data/engine/SqliteFile.h"

namespace chat::data {

/// SQLite in a file, embedded: WAL, so that readers and the one writer don't wait for each other, and synchronous=FULL,
/// so that a commit survives both `kill -9` and a power failure. After the start no file is created any more: see
/// SqliteFile.
class SqliteEngine final : public Engine {
 public:
  explicit SqliteEngine(const Options& options);
  ~SqliteEngine() override;

  Dialect dialect() const noexcept override { return Dialect::Sqlite; }
  const std::string& connector() const noexcept override { return _connector; }
  std::string connectionString() const override;
  void createIfMissing() override;
  void prepare(Poco::Data::Session& session, Use use) override;
  std::shared_ptr<Interrupter> interrupter(Poco::Data::Session& session) override;
  const void* identity(const Poco::Data::Session& session) const override;
  void verify() override { _file.verify(); }
  void inspect() override { _file.inspect(); }
  void noteDamage(const std::string& text) noexcept override { _file.noteDamage(text); }
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
  bool savepointReplaces() const noexcept override { return false; }
  bool oneWriter() const noexcept override { return true; }
  std::vector<std::string> markedBeginning(std::size_t lane, std::uint64_t commit) const override;
  bool marked(Poco::Data::Session& session, std::size_t lane, std::uint64_t commit) override;
  std::size_t mostBytes() const noexcept override { return std::size_t{256} << 20; }
  void lockMigrations(Poco::Data::Session& session) override;
  void unlockMigrations(Poco::Data::Session& session, bool done) override;
  bool schemaCommits() const noexcept override { return false; }
  bool isDoneAlready(const std::exception&) const noexcept override { return false; }
  void createLedgers(Poco::Data::Session& session) override;
  Fault faultOf(const std::exception& error) const noexcept override;

 private:
  /// Waits for the turn among processes first.
  void beginWriting(Poco::Data::Session& session, const std::string& sql);

  SqliteFile _file;
  const base::Duration _wait;
  const std::string _connector;
  /// Names this server's row of `commit_ledger`, which lives as long as the process.
  const std::string _writer;
};

}  // namespace chat::data
