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

/// Makes what runs agree with the plugin folder, and publishes who handles what.
///
/// Each file is checked without running it (LibraryFile, ElfImage, LibraryIdentity, exports, settings, claims), copied
/// to a private file, mapped from there and started. A plugin that fails at any step is refused with one line
/// in the log; the others serve, and what the file held before serves on.
///
/// Of several files with a plugin of one name the newest serves (by the time of their last change, then by name). A
/// replacement is started beside its predecessor, published, and only then is the predecessor closed to new calls: each
/// event finds one of the two, and since a socket's events are handled one after the other, none overtakes another.
///
/// Thread: `tables()` and `overview()` any; the rest one at a time, on a thread that may block. Everything lent
/// (Options' properties, HostServices, logger) outlives the host; readers of the tables may not.
class PluginHost {
 public:
  struct Options {
    std::filesystem::path folder;
    std::filesystem::path runFolder;  ///< private to this server; see RunFolder
    /// The server's properties, asked anew at each look; `plugins.enabled` and `plugins.disabled` say which plugins
    /// are loaded (PluginSelection).
    PropertySource properties;
    /// How long a retiring plugin's calls are waited for before it is parked.
    std::chrono::milliseconds retireWait{5000};
    /// How many generations may be parked; beyond them nothing is replaced.
    std::size_t maxParked = 8;
    /// The program that tries each file before it is mapped here, and how long that may take; empty: none does.
    std::filesystem::path probe{};
    std::chrono::milliseconds probeWait{10'000};
    /// The only files that are loaded, with their digests; empty: any. See checkDigest().
    std::filesystem::path digests{};
  };

  /// Throws Refused where the run folder can't be had. Where `services` have no scheduler, the plugins' timers get one
  /// of the host's own.
  PluginHost(Options options, HostServices services, Poco::Logger& logger);
  /// As `stop()`.
  ~PluginHost();
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  /// Once, first. Throws Refused where the folder itself can't be used; a file never makes it throw.
  void load();
  /// Makes what runs agree with the folder. False where a file is still changing: look again soon.
  bool rescan(Look look);
  /// Unloads what has been retired and has no call left.
  void pollRetired();
  bool hasRetiring() const noexcept { return !_retirement.isEmpty(); }
  /// Takes every plugin out of service, waits for its calls, stops and unmaps it. Again: nothing. False where a call of
  /// one hasn't returned: its thread is still at work.
  bool stop();

  const StatsRegistry& stats() const noexcept { return _loader.stats(); }
  const TablePublication& tables() const noexcept { return _tables; }
  /// As of the last look. Never null.
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
