#include "plugin/settings/PluginSelection.h"

#include <Poco/StringTokenizer.h>

#include <algorithm>
#include <array>
#include <utility>

namespace chat::plugin {
namespace {

constexpr auto EnabledProperty = "plugins.enabled";
constexpr auto DisabledProperty = "plugins.disabled";

std::set<std::string> namesIn(const PropertySource& properties, const char* property) {
  const Poco::StringTokenizer names(properties(property).value_or(""), ",",
                                    Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY);
  return {names.begin(), names.end()};
}

}  // namespace

PluginSelection PluginSelection::read(const PropertySource& properties) {
  PluginSelection selection;
  selection._enabled = namesIn(properties, EnabledProperty);
  selection._disabled = namesIn(properties, DisabledProperty);
  return selection;
}

std::string PluginSelection::reasonAgainst(const std::string& plugin) const {
  if (_disabled.contains(plugin)) return std::string(DisabledProperty) + " names it";
  if (!_enabled.empty() && !_enabled.contains(plugin)) {
    return std::string(EnabledProperty) + " names others, but not it";
  }
  return {};
}

std::vector<std::string> PluginSelection::unknown(const std::vector<std::string>& known) const {
  std::vector<std::string> lines;
  for (const auto& [property, names] :
       std::array{std::pair(EnabledProperty, &_enabled), std::pair(DisabledProperty, &_disabled)}) {
    for (const auto& name : *names) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      lines.push_back(std::string(property) + " names " + name + ", but no plugin");
    }
  }
  return lines;
}

}  // namespace chat::plugin
