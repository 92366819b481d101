#include "plugin/settings/PluginLimits.h"

#include <array>

namespace chat::plugin {

std::span<const SettingDeclaration> PluginLimits::declarations() {
  static const std::array<SettingDeclaration, 9> declared = {
      SettingDeclaration::parse("threads integer 4 1..256 | How many of the plugin's calls run at the same time"),
      SettingDeclaration::parse("queue integer 1024 1..1000000 | How many calls wait for a thread before 503; what one "
                                "client sends in one go, "
                                "up to 32 events, is one call"),
      SettingDeclaration::parse(
          "timeoutMs integer 30000 0..86400000 | How long one event may take before 504; 0: no limit"),
      SettingDeclaration::parse(
          "sessions integer 0 0..1024 | How many database sessions it has at a time; 0: no limit of its own"),
      SettingDeclaration::parse("faults integer 20 0..100000 | How many faults put it out of service; 0: it never is"),
      SettingDeclaration::parse("faultSeconds integer 10 1..3600 | Within how many seconds"),
      SettingDeclaration::parse("pauseSeconds integer 5 1..3600 | How long it is out of service at first"),
      SettingDeclaration::parse("questions integer 1000 1..1000000 | How many questions to sockets are under way"),
      SettingDeclaration::parse(
          "metricSeries integer 1000 1..100000 | How many series of its own metrics are exported"),
  };
  return declared;
}

PluginLimits PluginLimits::read(const std::string& pluginName, const PropertySource& properties) {
  const auto values = SettingsSnapshot::read(prefix(pluginName), declarations(), properties);
  const auto size = [&](std::string_view key) { return static_cast<std::size_t>(values.integer(key)); };
  const auto seconds = [&](std::string_view key) { return std::chrono::seconds(values.integer(key)); };
  return {size("threads"),
          size("queue"),
          std::chrono::milliseconds(values.integer("timeoutMs")),
          size("sessions"),
          {size("faults"), seconds("faultSeconds"), seconds("pauseSeconds")},
          size("questions"),
          size("metricSeries")};
}

}  // namespace chat::plugin
