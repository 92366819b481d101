#pragma once

#include <filesystem>
#include <vector>

#include "archive/backup/BackupTables.h"
#include "data/Database.h"
#include "plugin/api/CommandHandler.h"

namespace chat::archive {

/// Command `restore`: fills an empty database from a backup. The file is read twice: all of it is checked before
/// anything is stored. Thread: any that may block.
class RestoreCommand final : public plugin::CommandHandler {
 public:
  explicit RestoreCommand(data::Database& database) : _database(database) {}
  void run(plugin::CommandCall& call) override;

 private:
  void requireEmpty();
  void check(const std::filesystem::path& file);
  std::uint64_t store(const std::filesystem::path& file);
  void insert(const BackupTable& table, const std::vector<BackupRow>& rows);
  void addToSearch(Poco::Data::Session& session, const std::vector<BackupRow>& messages) const;
  void finish();

  data::Database& _database;
};

}  // namespace chat::archive
