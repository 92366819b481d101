#pragma once

#include <Poco/Logger.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "exec/Scheduler.h"
#include "plugin/folder/FolderContents.h"
#include "plugin/folder/PluginStatus.h"
#include "plugin/load/PluginLoader.h"
#include "plugin/run/Generation.h"
#include "plugin/run/Retirement.h"
#include "plugin/settings/PluginSelection.h"
#include "plugin/settings/SettingsSnapshot.h"
#include "plugin/table/TablePublication.h"

namespace chat::plugin {

/// Runs the plugins of a folder, and publishes the table of their handlers.
///
/// Each file is checked without running it (access, ELF, identity, exports, settings, events that another plugin has),
/// copied to a private file, mapped from there and started. A plugin that fails at any step is refused with one line in
/// the log. The others serve, and so does the plugin that was in the file before.
///
/// If several files have a plugin of the same name, the newest serves (by the time of the last change, then by name). A
/// replacement is started beside its predecessor and published. Only then is the predecessor closed to new calls, so
/// that each event finds one of the two. A socket's events are handled one after the other, so none overtakes another.
///
/// Thread: `tables()` and `overview()` any; all others one at a time, on a thread that may block. The services, the
/// logger and what the properties refer to outlive the host; readers of the tables must not.
class PluginHost {
 public:
  struct Options {
    std::filesystem::path folder;
    std::filesystem::path runFolder;  ///< of this server alone; see RunFolder
    /// The server's properties, which are read again at each look. `plugins.enabled` and `plugins.disabled` say which
    /// plugins are loaded (PluginSelection).
    PropertySource properties;
    /// How long the calls of a retired generation may take before it is parked (Retirement).
    std::chrono::milliseconds retireWait{5000};
    /// How many generations may be parked. At this number no plugin is replaced.
    std::size_t maxParked = 8;
    /// The program that tries each file before the server maps it, and how long that may take. Empty: no file is tried.
    std::filesystem::path probe{};
    std::chrono::milliseconds probeWait{10'000};
    /// The list of digests of the files that may be loaded (checkDigest). Empty: any file may be loaded.
    std::filesystem::path digests{};
  };

  /// Throws Refused if the run folder can't be used. If `services` have no scheduler, the host brings one for the
  /// plugins' timers.
  PluginHost(Options options, HostServices services, Poco::Logger& logger);
  /// As `stop()`.
  ~PluginHost();
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  /// To be called once, first. Throws Refused if the folder itself can't be used; never because of a file in it.
  void load();
  /// Loads, replaces and removes plugins as the folder says. False if a file is still changing, so that another look is
  /// needed soon.
  bool rescan(Look look);
  /// Unloads the retired generations that no call is inside any more.
  void pollRetired();
  bool hasRetiring() const noexcept { return !_retirement.isEmpty(); }
  /// Takes all plugins out of service, waits for their calls, stops and unmaps them. A second call does nothing. False
  /// if a call hasn't returned: its thread is still running code of a plugin.
  bool stop();

  const StatsRegistry& stats() const noexcept { return _loader.stats(); }
  const TablePublication& tables() const noexcept { return _tables; }
  /// The state at the last look. Never null.
  std::shared_ptr<const PluginOverview> overview() const;

 private:
  using Item = FolderContents::Entries::value_type;

  std::vector<std::string> namesToDecide() const;
  bool decide(const std::string& name, Look look);
  bool load(Item& item, const std::shared_ptr<Generation>& previous);
  void replace(const std::shared_ptr<Generation>& previous, const std::shared_ptr<Generation>& next);
  void refuse(FolderEntry& entry, const std::string& reason);
  bool isCurrent(Item& item, Look look) const;
  void checkClaims(const LibraryIdentity& identity) const;
  std::shared_ptr<Generation> serving(const std::string& name) const;
  std::string fileOf(const std::shared_ptr<Generation>& plugin) const;
  void warnOfUnknown() const;
  void publishOverview();
  void logState(const PluginStatus& status) const;

  const Options _options;
  Poco::Logger& _logger;
  exec::Scheduler _scheduler;
  PluginLoader _loader;
  PluginSelection _selection;
  FolderContents _contents;
  std::vector<std::shared_ptr<Generation>> _serving;  // in the order in which they were loaded
  Retirement _retirement;
  TablePublication _tables;
  std::uint64_t _loads = 0;
  std::uint64_t _replacements = 0;
  std::uint64_t _refusals = 0;

  mutable std::mutex _mutex;
  std::shared_ptr<const PluginOverview> _overview = std::make_shared<const PluginOverview>();
};

}  // namespace chat::plugin
