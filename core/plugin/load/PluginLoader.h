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

/// Makes a running generation of a plugin's file: settings and limits, a private copy, mapped and started.
/// Thread: one at a time, on a thread that may block. Logger and HostServices outlive it.
class PluginLoader {
 public:
  /// Throws Refused where the run folder can't be had.
  PluginLoader(const std::filesystem::path& runFolder, Probe probe, HostServices services, Poco::Logger& logger);

  /// Throws Refused, and leaves nothing behind, where it can't be loaded or doesn't start.
  std::shared_ptr<Generation> load(const Candidate& candidate, const PropertySource& properties);
  /// Where the events of all generations are counted.
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
