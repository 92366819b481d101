#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

#include "plugin/file/SettingDeclaration.h"
#include "plugin/settings/FaultLimits.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// How much of the server one plugin may take: the properties `plugin.<name>.threads`, `….queue` and so on.
struct PluginLimits {
  std::size_t threads = 4;  ///< workers: so many of its calls run at the same time
  std::size_t queue =
      1024;  ///< calls that wait for a worker, each of up to 32 events of one client; one more is answered 503
  std::chrono::milliseconds timeout{30'000};  ///< an event that takes longer is answered 504; 0: no limit
  std::size_t sessions = 0;                   ///< of the database, at the same time; 0: no limit of its own
  FaultLimits faults;
  std::size_t questions = 1000;     ///< questions to sockets (Sockets) under way; one more is refused
  std::size_t metricSeries = 1000;  ///< of its own metrics that are exported

  bool operator==(const PluginLimits&) const = default;

  /// Throws Refused if the value of a property isn't allowed.
  static PluginLimits read(const std::string& pluginName, const PropertySource& properties);
  static std::span<const SettingDeclaration> declarations();
  static std::string prefix(const std::string& pluginName) { return "plugin." + pluginName + "."; }
};

}  // namespace chat::plugin
