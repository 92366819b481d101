#pragma once

#include <Poco/Logger.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "plugin/Candidate.h"
#include "plugin/Generation.h"
#include "plugin/RunFolder.h"
#include "plugin/SettingsSnapshot.h"
#include "plugin/TablePublication.h"

namespace chat::plugin {

/// A file of the plugin folder and what became of it.
struct PluginStatus {
  enum class State { Serving, Disabled, Refused };
  std::string file;  ///< without the folder
  State state = State::Refused;
  std::string name;     ///< empty where the file can't be understood
  std::string version;  ///< likewise
  std::string reason;   ///< of a refusal: what was found, what is expected, what to do
  std::uint64_t generation = 0;
  std::vector<std::string> events;
};

/// Loads the plugins of a folder and publishes who handles what.
///
/// Each file is checked without running it (LibraryFile, ElfImage, LibraryIdentity, exports, settings, claims), copied
/// to a private file, mapped from there and started. A plugin that fails at any step is refused with one line
/// in the log; the others serve.
///
/// Thread: `tables()` any; the rest one at a time, on a thread that may block. Everything lent (Options' properties,
/// HostParts, logger) outlives the host; readers of the tables may not.
class PluginHost {
 public:
  struct Options {
    std::filesystem::path folder;
    std::filesystem::path runFolder;  ///< private to this server; see RunFolder
    /// The server's properties; `plugins.disabled` lists the names of plugins that are not to be loaded.
    PropertySource properties;
    /// How long a retiring plugin's calls are waited for.
    std::chrono::milliseconds retireWait{5000};
  };

  /// Throws Refused where the run folder can't be had.
  PluginHost(Options options, HostParts parts, Poco::Logger& logger);
  /// As `stop()`.
  ~PluginHost();
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  /// Once. Throws Refused where the folder itself can't be used; a file never makes it throw.
  void load();
  /// Takes every plugin out of service, waits for its calls, stops and unmaps it. Again: nothing. False where a call of
  /// one hasn't returned: its thread is still at work.
  bool stop();

  const TablePublication& tables() const noexcept { return _tables; }
  /// In the order of the files' names.
  const std::vector<PluginStatus>& status() const noexcept { return _status; }
  /// Those that serve, in the order in which they were loaded.
  const std::vector<std::shared_ptr<Generation>>& serving() const noexcept { return _serving; }

 private:
  PluginStatus loadFile(const std::filesystem::path& path);
  void start(const Candidate& candidate, PluginStatus& status);
  void checkClaims(const LibraryIdentity& identity) const;
  void warnOfUnknownDisabled() const;
  void log(const PluginStatus& status) const;
  bool retire(const std::shared_ptr<Generation>& plugin);

  const Options _options;
  const HostParts _parts;
  Poco::Logger& _logger;
  const std::set<std::string> _disabled;
  RunFolder _runFolder;
  std::vector<PluginStatus> _status;
  std::vector<std::shared_ptr<Generation>> _serving;
  TablePublication _tables;
  std::uint64_t _lastNumber = 0;
};

}  // namespace chat::plugin
