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

/// One load of one plugin: its library, its object, its settings, and all that Callee has for its callers.
///
/// It serves from `start()` until `retire()`. That closes the gate, ends the timers and the plugin's questions to
/// sockets, waits for the calls inside, calls `Plugin::stop()`, destroys the plugin's object and unmaps the library, in
/// this order. A thread may keep a generation that it has looked up for longer: nobody enters a closed gate, and a
/// caller that gets no guard looks the event up again.
///
/// Thread: the functions of Callee and the getters any; all others one at a time, on a thread that may block.
class Generation final : public Callee, public std::enable_shared_from_this<Generation> {
 public:
  enum class Retired {
    Unmapped,
    StillMapped,  ///< none of its code runs any more, but the dynamic loader keeps the library
    Busy,         ///< a call hasn't returned: everything is as before, but no call enters any more
  };

  Generation(LibraryIdentity identity, SettingsSnapshot settings, PluginLimits limits, std::uint64_t number,
             HostServices services);
  /// No call may be inside: the owner keeps a generation whose `retire()` gave `Busy`.
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  /// Maps the library, creates the plugin and starts it. Throws Refused if that fails; the library is then unmapped
  /// again. To be called once.
  void start(const std::filesystem::path& library);
  /// The same for a plugin whose code is part of the program, such as one of a test.
  void start(std::unique_ptr<Plugin> plugin);
  Retired retire(std::chrono::milliseconds wait);
  /// The first step of `retire()`: from now on no call enters. Thread: any.
  void close() noexcept { gate().close(); }

  enum class Reconfigured {
    Unchanged,  ///< the plugin has these settings already
    Taken,      ///< the plugin goes on with the new ones
    Restart,    ///< the plugin must be replaced by a generation that starts with them
  };
  /// Offers settings to the running plugin (SettingsHandler).
  Reconfigured reconfigure(SettingsSnapshot settings);

  /// For questions to sockets that a call of the plugin asks (Reply::ask).
  PluginSockets& sockets() noexcept { return _context->sockets(); }

  const LibraryIdentity& identity() const noexcept { return _identity; }
  /// The stream of its positions, which all generations of the plugin share.
  Stream stream() const noexcept { return streamOf(_identity.name); }
  const SettingsSnapshot& settings() const noexcept { return _context->snapshot(); }
  const Registrations& registrations() const noexcept { return _registrations; }
  /// Higher than that of every generation loaded before it.
  std::uint64_t number() const noexcept { return _number; }
  /// What will keep its library mapped, as far as the file shows; empty if nothing seems to.
  const std::string& heldBy() const noexcept { return _heldBy; }
  /// To be called before it is started.
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
  std::unique_ptr<Plugin> _plugin;  // after its library, so that it is destroyed before it
  std::unique_ptr<PluginTimers> _timers;
};

}  // namespace chat::plugin
