#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "plugin/folder/FolderWatch.h"
#include "plugin/folder/PluginHost.h"

namespace chat::plugin {

/// Keeps a host in step with its folder while the server runs: a thread of its own waits for changes, lets them settle
/// and has the host look, so that nothing that a plugin does at its start or end holds anybody else up.
///
/// Thread: `rescan()` any; the rest the main one. The host is this thread's between `start()` and `stop()`.
class LiveFolder {
 public:
  struct Options {
    bool watches = true;  ///< else only `rescan()` makes it look
    /// How long a file must stay the same before it is loaded.
    std::chrono::milliseconds settle{100};
    /// Reads the server's properties anew, before a look by hand. False: they are bad, as was logged; nothing is done.
    std::function<bool()> reload;
  };

  /// What changes from now on is noticed. Throws Refused where the folder can't be watched.
  LiveFolder(PluginHost& host, std::filesystem::path folder, Options options);
  ~LiveFolder();
  LiveFolder(const LiveFolder&) = delete;
  LiveFolder& operator=(const LiveFolder&) = delete;

  void start();
  /// Waits for a look that is under way. Again: nothing.
  void stop();
  /// Has the folder and the settings looked at by hand; returns at once.
  void rescan() noexcept;
  /// How many looks by hand have been done.
  std::uint64_t looksByHand() const noexcept { return _looksByHand.load(); }
  /// Whether the last of them took the settings; otherwise it did nothing.
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
