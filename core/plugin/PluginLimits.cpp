#include "plugin/PluginLimits.h"

#include <array>

namespace chat::plugin {

std::span<const SettingDeclaration> PluginLimits::declarations() {
  static const std::array<SettingDeclaration, 2> declared = {
      SettingDeclaration::parse("threads integer 4 1..256 | How many of the plugin's calls run at the same time"),
      SettingDeclaration::parse("queue integer 1024 1..1000000 | How many calls wait for a thread before 503"),
  };
  return declared;
}

PluginLimits PluginLimits::read(const std::string& pluginName, const PropertySource& properties) {
  const auto values = SettingsSnapshot::read(prefix(pluginName), declarations(), properties);
  return {static_cast<std::size_t>(values.integer("threads")), static_cast<std::size_t>(values.integer("queue"))};
}

}  // namespace chat::plugin
