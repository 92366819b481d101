#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plugin/folder/PluginHost.h"
#include "plugins/support/ChatFixture.h"

namespace chat::test {

/// A database without the chat's tables, what it holds as text, and a host that loads the chat's libraries.
class TablesFixture : public ChatFixture {
 public:
  void tearDown() override;

 protected:
  void makeTables(data::SqlDatabase&) const override {}

  /// Loads the plugin of that name, or all. Those that serve afterwards.
  std::vector<std::string> load(const std::string& name = {});
  void unload();

  /// The names of all tables but the core's own, and those in which SQLite keeps its full-text index.
  std::vector<std::string> tables();
  /// How the tables and their indexes are made, a line each.
  std::vector<std::string> definitions();
  std::vector<std::string> columnsOf(const std::string& table);
  /// Every row of a query, its columns joined by `|`; NULL is `-`.
  std::vector<std::string> rows(const std::string& sql);
  /// `owner number` of each entry of the migrations' ledger.
  std::vector<std::string> ledger();

 private:
  std::filesystem::path _runFolder;
  std::unique_ptr<plugin::PluginHost> _host;
};

}  // namespace chat::test
