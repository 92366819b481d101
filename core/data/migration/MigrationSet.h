#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/Database.h"

namespace chat::data {

/// The migrations and the database don't fit together; the text says which file and what to do.
class MigrationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A migration of another owner that created the same tables before. If the ledger has it, with this checksum, nothing
/// needs to be done.
struct FormerMigration {
  std::string owner;
  int number;
  std::string name;
  std::string checksum;
};

/// One step of a set.
struct NumberedMigration {
  int number;        ///< from 1
  std::string name;  ///< as in the ledger and in messages: `0001_account.sql`
  std::string script;
  std::string checksum;                   ///< SHA-256 of the script, in hex
  std::optional<FormerMigration> former;  ///< a line of the script: `-- formerly OWNER NNNN_NAME CHECKSUM`
};

/// The migrations of one plugin's tables for one engine, numbered from 1 without a gap. A value, read once.
class MigrationSet {
 public:
  /// The files `NNNN_name.sql` of a folder; others are left alone. Errors: MigrationError if the folder or a file can't
  /// be read, if the numbers have a gap, or if a line `-- formerly` can't be read.
  static MigrationSet ofFolder(std::string plugin, const std::filesystem::path& folder);
  /// Text in a plugin's code, numbered by its place in the list. Errors: MigrationError for such a line.
  static MigrationSet ofList(std::string plugin, Dialect dialect, std::span<const Migration> list);

  const std::string& plugin() const noexcept { return _plugin; }
  /// The owner of these entries in the ledger.
  std::string owner() const { return "plugin." + _plugin; }
  const std::vector<NumberedMigration>& steps() const noexcept { return _steps; }
  /// The program whose release contains the migrations, for messages: files are installed with the server.
  std::string_view program() const noexcept { return _program; }

 private:
  MigrationSet(std::string plugin, std::string_view program) : _plugin(std::move(plugin)), _program(program) {}
  void add(int number, std::string name, std::string script);

  std::string _plugin;
  std::string_view _program;
  std::vector<NumberedMigration> _steps;
};

}  // namespace chat::data
