#include "data/migration/SchemaFolder.h"

#include <algorithm>
#include <utility>

namespace chat::data {

namespace {

/// Whether it is a plugin's name, so that it can't lead out of the folder.
bool isName(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

SchemaFolder::SchemaFolder(std::filesystem::path folder, Dialect dialect)
    : _folder(std::move(folder)), _engine(dialect == Dialect::MySql ? "mysql" : "sqlite") {}

MigrationSet SchemaFolder::setOf(const std::string& plugin) const {
  if (!isName(plugin)) throw MigrationError("'" + plugin + "' is no name of a plugin");
  auto set = MigrationSet::ofFolder(plugin, placeOf(plugin));
  if (set.steps().empty()) throw MigrationError("there are no migrations in " + placeOf(plugin).string());
  return set;
}

std::vector<MigrationSet> SchemaFolder::sets() const {
  std::vector<std::string> plugins;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(_folder, error)) {
    std::string plugin = entry.path().filename().string();
    std::error_code ignored;
    if (isName(plugin) && std::filesystem::is_directory(placeOf(plugin), ignored)) plugins.push_back(std::move(plugin));
  }
  if (error) throw MigrationError("can't read the migrations in " + _folder.string() + ": " + error.message());
  std::sort(plugins.begin(), plugins.end());
  std::vector<MigrationSet> sets;
  for (auto& plugin : plugins) {
    auto place = placeOf(plugin);
    sets.push_back(MigrationSet::ofFolder(std::move(plugin), place));
    if (sets.back().steps().empty()) sets.pop_back();
  }
  return sets;
}

}  // namespace chat::data
