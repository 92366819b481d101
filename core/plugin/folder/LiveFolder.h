#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "plugin/folder/FolderWatch.h"
#include "plugin/folder/PluginHost.h"

namespace chat::plugin {

/// Makes a host follow its folder while the server runs. A thread of its own waits for changes, waits until the files
/// have settled, and lets the host look. So a plugin that is slow to start or stop blocks no other thread.
///
/// Thread: `rescan()` any; all others the main thread. Between `start()` and `stop()` the host belongs to the thread of
/// this object.
class LiveFolder {
 public:
  struct Options {
    bool watches = true;  ///< otherwise only `rescan()` makes it look
    /// How long a file must stay the same before it is loaded.
    std::chrono::milliseconds settle{100};
    /// Reads the server's properties again before a look by hand. False if they have faults, which it has logged; then
    /// there is no look.
    std::function<bool()> reload;
  };

  /// Changes are noticed from now on. Throws Refused if the folder can't be watched.
  LiveFolder(PluginHost& host, std::filesystem::path folder, Options options);
  ~LiveFolder();
  LiveFolder(const LiveFolder&) = delete;
  LiveFolder& operator=(const LiveFolder&) = delete;

  void start();
  /// Waits for a look that is under way. A second call does nothing.
  void stop();
  /// Starts a look by hand at the folder and the settings; returns at once.
  void rescan() noexcept;
  /// How many looks by hand have ended.
  std::uint64_t looksByHand() const noexcept { return _looksByHand.load(); }
  /// Whether the settings were valid at the last of them. If not, it did nothing else.
  bool settingsTaken() const noexcept { return _settingsTaken.load(); }

 private:
  void run();
  void look(Look kind);
  void settle();
  std::chrono::milliseconds patience() const noexcept;

  PluginHost& _host;
  const Options _options;
  FolderWatch _watch;
  std::atomic<bool> _isAsked{false};
  std::atomic<bool> _stopping{false};
  std::atomic<bool> _settingsTaken{true};
  std::atomic<std::uint64_t> _looksByHand{0};
  std::thread _thread;
};

}  // namespace chat::plugin
