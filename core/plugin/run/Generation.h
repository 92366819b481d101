#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "plugin/api/Plugin.h"
#include "plugin/call/Callee.h"
#include "plugin/call/Role.h"
#include "plugin/context/HostServices.h"
#include "plugin/context/LimitedDatabase.h"
#include "plugin/context/PluginContext.h"
#include "plugin/context/PluginDatabase.h"
#include "plugin/context/StreamEmitter.h"
#include "plugin/file/LibraryIdentity.h"
#include "plugin/run/PluginLibrary.h"
#include "plugin/run/PluginTimers.h"
#include "plugin/run/Registrations.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// One load of one plugin: its library, its object, its settings, its workers, and the count of the calls inside it.
///
/// It serves from `start()` until `retire()`, which is a protocol: close the gate, end the timers and what it has asked
/// of sockets, wait for the calls inside, let the plugin stop, destroy its object, unmap its library. What has been
/// looked up may be held longer, since a closed gate lets nobody in; whoever gets no guard looks the event up again.
///
/// Thread: what it has of Callee, and the getters, any; the rest one at a time, on a thread that may block.
class Generation final : public Callee {
 public:
  enum class Retired {
    Unmapped,
    StillMapped,  ///< nothing runs in it any more, but the dynamic loader keeps it
    Busy,         ///< a call hasn't returned: everything is as it was, but nobody enters
  };

  Generation(LibraryIdentity identity, SettingsSnapshot settings, PluginLimits limits, std::uint64_t number,
             HostServices services);
  /// No call is inside: whoever gets `Busy` keeps the generation.
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  /// Maps the library, creates the plugin and starts it. Throws Refused; the library is then unmapped again. Once.
  void start(const std::filesystem::path& library);
  /// As above, for a plugin whose code is part of the program: of a test, say.
  void start(std::unique_ptr<Plugin> plugin);
  Retired retire(std::chrono::milliseconds wait);
  /// The first step of retiring: nobody enters from now on. Thread: any.
  void close() noexcept { gate().close(); }

  enum class Reconfigured {
    Unchanged,  ///< the settings are those that it has
    Taken,      ///< it goes on with the new ones
    Restart,    ///< it needs a successor that starts with them
  };
  /// Offers other settings to the running plugin (SettingsHandler).
  Reconfigured reconfigure(SettingsSnapshot settings);

  /// For questions on the plugin's behalf, inside a call.
  PluginSockets& sockets() noexcept { return _context->sockets(); }

  const LibraryIdentity& identity() const noexcept { return _identity; }
  /// Of its positions, and of those of each generation of the same plugin.
  Stream stream() const noexcept { return streamOf(_identity.name); }
  const SettingsSnapshot& settings() const noexcept { return _context->snapshot(); }
  const Registrations& registrations() const noexcept { return _registrations; }
  /// Grows with every load of the process.
  std::uint64_t number() const noexcept { return _number; }
  /// What will keep its library mapped, as far as its file shows; empty where nothing seems to.
  const std::string& heldBy() const noexcept { return _heldBy; }
  /// Before it is started.
  void setHeldBy(std::string what) { _heldBy = std::move(what); }

 private:
  void countRoles();
  void startTimers();
  void endQuestions();

  const LibraryIdentity _identity;
  const std::uint64_t _number;
  std::string _heldBy;
  exec::Scheduler* const _scheduler;
  const base::Clock& _clock;
  Registrations _registrations;
  const std::unique_ptr<LimitedDatabase> _limitedDatabase;  // null if the plugin has no limit of its own
  PluginDatabase _database;
  std::unique_ptr<PluginContext> _context;
  std::unique_ptr<PluginLibrary> _library;
  std::unique_ptr<Plugin> _plugin;  // after the library that it came from, so that it goes first
  std::unique_ptr<PluginTimers> _timers;
};

}  // namespace chat::plugin
