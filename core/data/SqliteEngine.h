#pragma once

#include <filesystem>
#include <string>

#include "data/Engine.h"
#include "data/Options.h"

namespace chat::data {

/// SQLite in a file, embedded: WAL, so that readers and the one writer don't wait for each other, and synchronous=FULL,
/// so that a commit outlives both `kill -9` and the loss of power.
class SqliteEngine final : public Engine {
 public:
  explicit SqliteEngine(const Options& options);
  ~SqliteEngine() override;

  Dialect dialect() const noexcept override { return Dialect::Sqlite; }
  const std::string& connector() const noexcept override;
  std::string connectionString() const override { return _file.string(); }
  void createIfMissing() override;
  void prepare(Poco::Data::Session& session) override;
  const void* identity(const Poco::Data::Session& session) const override;
  bool alive(Poco::Data::Session& session) noexcept override;
  bool tidy(Poco::Data::Session& session) noexcept override;
  void execute(Poco::Data::Session& session, const std::string& sql) override;
  void begin(Poco::Data::Session& session) override;
  bool inTransaction(Poco::Data::Session& session) override;
  bool savepointReplaces() const noexcept override { return false; }
  bool oneWriter() const noexcept override { return true; }
  bool commitCanBeLost() const noexcept override { return false; }
  void mark(Poco::Data::Session&, std::uint64_t) override {}
  bool marked(Poco::Data::Session&, std::uint64_t) override { return false; }
  void lockMigrations(Poco::Data::Session& session) override;
  void unlockMigrations(Poco::Data::Session& session, bool done) override;
  bool schemaCommits() const noexcept override { return false; }
  bool isDoneAlready(const std::exception&) const noexcept override { return false; }
  void createLedgers(Poco::Data::Session& session) override;
  Fault faultOf(const std::exception& error) const noexcept override;

 private:
  void useWriteAheadLog(Poco::Data::Session& session);

  const std::filesystem::path _file;
  const base::Duration _wait;
};

}  // namespace chat::data
