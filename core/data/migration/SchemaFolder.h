#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/migration/MigrationSet.h"

namespace chat::data {

/// The folder with the migrations of the plugins' tables, `PLUGIN/ENGINE/NNNN_name.sql`: the setting `schema.folder`.
/// Reads the files at each call, so that files may be added while the server runs. Rules for the files:
/// schema/README.md.
class SchemaFolder {
 public:
  SchemaFolder(std::filesystem::path folder, Dialect dialect);

  /// Errors: MigrationError if the plugin has no migrations there, and those of MigrationSet.
  MigrationSet setOf(const std::string& plugin) const;
  /// All sets with files for this engine, by name. Errors: MigrationError if the folder can't be read, and those of
  /// MigrationSet.
  std::vector<MigrationSet> sets() const;
  /// The folder of a plugin's files, whether it exists or not.
  std::filesystem::path placeOf(const std::string& plugin) const { return _folder / plugin / _engine; }

 private:
  const std::filesystem::path _folder;
  const std::string _engine;
};

}  // namespace chat::data
