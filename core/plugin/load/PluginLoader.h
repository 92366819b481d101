#pragma once

#include <Poco/Logger.h>

#include <cstdint>
#include <filesystem>
#include <memory>

#include "plugin/call/StatsRegistry.h"
#include "plugin/file/Candidate.h"
#include "plugin/load/Probe.h"
#include "plugin/load/RunFolder.h"
#include "plugin/run/Generation.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// Makes a running generation from a plugin's file: reads settings and limits, copies the file to the run folder, maps
/// the copy and starts the plugin. Thread: one at a time, on a thread that may block. The logger and the services
/// outlive the loader.
class PluginLoader {
 public:
  /// Throws Refused if the run folder can't be used.
  PluginLoader(const std::filesystem::path& runFolder, Probe probe, HostServices services, Poco::Logger& logger);

  /// Throws Refused, and leaves nothing behind, if the plugin can't be loaded or doesn't start.
  std::shared_ptr<Generation> load(const Candidate& candidate, const PropertySource& properties);
  /// The counts of all generations.
  const StatsRegistry& stats() const noexcept { return _stats; }

 private:
  const Probe _probe;
  const HostServices _services;
  Poco::Logger& _logger;
  RunFolder _runFolder;
  StatsRegistry _stats;
  std::uint64_t _lastNumber = 0;
};

}  // namespace chat::plugin
