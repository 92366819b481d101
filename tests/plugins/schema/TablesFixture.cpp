#include "plugins/schema/TablesFixture.h"

#include <Poco/Data/RecordSet.h>
#include <Poco/Data/Session.h>
#include <Poco/Logger.h>

#include <algorithm>

#include "login/Token.h"

namespace chat::test {

void TablesFixture::tearDown() {
  unload();
  ChatFixture::tearDown();
}

std::vector<std::string> TablesFixture::load(const std::string& name) {
  unload();
  _runFolder = std::filesystem::temp_directory_path() / ("chat-tables-run-" + login::makeToken());
  plugin::PluginHost::Options options;
  options.folder = CHAT_PLUGIN_DIR;
  options.runFolder = _runFolder;
  options.properties = [name](const std::string& key) -> std::optional<std::string> {
    if (key == "plugins.enabled" && !name.empty()) return name;
    return std::nullopt;
  };
  _host = std::make_unique<plugin::PluginHost>(options, plugin::HostServices{database(), emitter, nullptr, &database()},
                                               Poco::Logger::get("tables-test"));
  _host->load();
  std::vector<std::string> serving;
  for (const auto& file : _host->overview()->files) {
    if (file.state == plugin::PluginStatus::State::Serving) serving.push_back(file.name);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(file.name, std::string(), file.reason);
  }
  return serving;
}

void TablesFixture::unload() {
  _host.reset();
  if (!_runFolder.empty()) std::filesystem::remove_all(_runFolder);
}

std::vector<std::string> TablesFixture::tables() {
  auto names = rows(isMySql() ? "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
                              : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
  std::erase_if(names, [](const auto& name) {
    return name.starts_with("schema_migration") || name == "commit_ledger" || name.starts_with("message_search_");
  });
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> TablesFixture::definitions() {
  if (!isMySql())
    return rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY name");
  std::vector<std::string> all;
  for (const char* sql : {
           "SELECT table_name, column_name, ordinal_position, CAST(column_type AS CHAR(100)), is_nullable,"
           " CAST(column_default AS CHAR(100)), extra, collation_name FROM information_schema.columns"
           " WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position",
           "SELECT table_name, index_name, seq_in_index, column_name, non_unique FROM information_schema.statistics"
           " WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index",
           "SELECT table_name, constraint_name, referenced_table_name, delete_rule"
           " FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()"
           " ORDER BY table_name, constraint_name",
       }) {
    const auto some = rows(sql);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::vector<std::string> TablesFixture::columnsOf(const std::string& table) {
  return rows(isMySql() ? "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
                          " AND table_name = '" +
                              table + "' ORDER BY ordinal_position"
                        : "SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid");
}

std::vector<std::string> TablesFixture::rows(const std::string& sql) {
  std::vector<std::string> found;
  database().read([&](Poco::Data::Session& session) {
    found.clear();
    const Poco::Data::RecordSet set(session, sql);
    for (std::size_t row = 0; row < set.rowCount(); ++row) {
      std::string line;
      for (std::size_t column = 0; column < set.columnCount(); ++column) {
        const auto value = set.value(column, row);
        line += (column == 0 ? "" : "|") + (value.isEmpty() ? "-" : value.convert<std::string>());
      }
      found.push_back(line);
    }
  });
  return found;
}

std::vector<std::string> TablesFixture::ledger() {
  return rows("SELECT owner, number FROM schema_migration ORDER BY owner, number");
}

}  // namespace chat::test
