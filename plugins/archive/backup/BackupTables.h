#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "data/Database.h"

namespace chat::archive {

struct BackupColumn {
  std::string name;
  bool isText = false;  ///< otherwise an integer
};

/// A table in a backup. The folded text of messages and the search index aren't in it: a restore makes them anew.
struct BackupTable {
  std::string name;
  std::string owner;  ///< the plugin whose migrations make it
  std::size_t keys;   ///< how many of the first columns are the primary key
  std::vector<BackupColumn> columns;
};

/// In an order in which rows can be inserted: those that others refer to come first.
const std::vector<BackupTable>& backupTables();
/// Tables in the database that a backup doesn't have although they may be somebody's: those of other plugins.
std::vector<std::string> tablesLeftOut(const data::Database& database, Poco::Data::Session& session);

using BackupValue = std::variant<std::monostate, std::int64_t, std::string>;
using BackupRow = std::vector<BackupValue>;

/// The rows of a table after that one, in the order of the key; the first ones if it is null.
std::vector<BackupRow> readRows(Poco::Data::Session& session, const BackupTable& table, const BackupRow* after,
                                std::size_t most);

}  // namespace chat::archive
