#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exec/WorkerPool.h"
#include "plugin/api/Plugin.h"
#include "plugin/call/CallGate.h"
#include "plugin/call/EventStats.h"
#include "plugin/call/FaultWindow.h"
#include "plugin/context/HostParts.h"
#include "plugin/context/LentContext.h"
#include "plugin/context/LentDatabase.h"
#include "plugin/context/LimitedDatabase.h"
#include "plugin/context/StreamEmitter.h"
#include "plugin/file/LibraryIdentity.h"
#include "plugin/run/PluginLibrary.h"
#include "plugin/run/PluginTimers.h"
#include "plugin/run/Registrations.h"
#include "plugin/settings/PluginLimits.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// What is counted of a plugin beside its events, under names that no event has.
namespace role {
inline constexpr auto Handshake = "(handshake)";
inline constexpr auto Namespace = "(namespace)";
inline constexpr auto Connect = "(connect)";
inline constexpr auto Replay = "(replay)";  // ConnectHandler::connected
inline constexpr auto Disconnect = "(disconnect)";
inline constexpr auto Disconnecting = "(disconnecting)";
inline constexpr auto Packet = "(packet)";
inline constexpr auto Any = "(any)";
inline constexpr auto Outgoing = "(outgoing)";
inline constexpr auto IdentityEnd = "(identity-end)";
inline constexpr auto Timer = "(timer)";
}  // namespace role

/// One load of one plugin: its library, its object, its settings, its workers, and the count of the calls inside it.
///
/// It serves from `start()` until `retire()`, which is a protocol: close the gate, end the timers and what it has asked
/// of sockets, wait for the calls inside, let the plugin stop, destroy its object, unmap its library. What has been
/// looked up may be held longer, since a closed gate lets nobody in; whoever gets no guard looks the event up again.
///
/// Thread: `enter()`, `workers()` and the getters any; the rest one at a time, on a thread that may block.
class Generation {
 public:
  enum class Retired {
    Unmapped,
    StillMapped,  ///< nothing runs in it any more, but the dynamic loader keeps it
    Busy,         ///< a call hasn't returned: everything is as it was, but nobody enters
  };

  Generation(LibraryIdentity identity, SettingsSnapshot settings, PluginLimits limits, std::uint64_t number,
             HostParts parts);
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
  void close() noexcept { _gate.close(); }

  enum class Reconfigured {
    Unchanged,  ///< the settings are those that it has
    Taken,      ///< it goes on with the new ones
    Restart,    ///< it needs a successor that starts with them
  };
  /// Offers other settings to the running plugin (SettingsHandler).
  Reconfigured reconfigure(SettingsSnapshot settings);

  /// Before each call into the plugin; held until the call has returned. Empty once retiring has begun.
  [[nodiscard]] CallGuard enter() noexcept { return _gate.enter(); }
  std::uint64_t callsInside() const noexcept { return _gate.count(); }
  /// The plugin's own: its slowness and its full queue are nobody else's. A task holds a guard from its submission on.
  exec::WorkerPool& workers() noexcept { return *_workers; }

  FaultWindow& faults() noexcept { return _faults; }
  /// Where its events are counted: from `useStats()` on, before it is started, together with those of other
  /// generations.
  void useStats(StatsRegistry& registry);
  /// Of an event that it handles, or a role that it has.
  std::shared_ptr<EventStats> statsOf(const std::string& event) const;
  bool serves(const std::string& event) const { return _stats.contains(event); }
  /// The roles that it has beside its events.
  std::vector<std::string> roles() const;
  /// How many calls of its handlers have ended, over all generations that count in the same place.
  std::uint64_t callsEnded() const noexcept;
  /// For questions on the plugin's behalf, inside a call.
  LentSockets& sockets() noexcept { return _context->lentSockets(); }

  const LibraryIdentity& identity() const noexcept { return _identity; }
  /// Of its positions, and of those of each generation of the same plugin.
  Stream stream() const noexcept { return streamOf(_identity.name); }
  const SettingsSnapshot& settings() const noexcept { return _context->snapshot(); }
  const PluginLimits& limits() const noexcept { return _limits; }
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
  const PluginLimits _limits;
  const std::uint64_t _number;
  std::string _heldBy;
  exec::Scheduler* const _scheduler;
  StatsRegistry* _statsRegistry = nullptr;
  const base::Clock& _clock;
  CallGate _gate;
  Registrations _registrations;
  const std::unique_ptr<LimitedDatabase> _database;  // null where it has no limit of its own
  LentDatabase _lentDatabase;
  std::unique_ptr<exec::WorkerPool> _workers;
  std::unique_ptr<LentContext> _context;
  std::unique_ptr<PluginLibrary> _library;
  std::unique_ptr<Plugin> _plugin;  // after the library that it came from, so that it goes first
  std::unique_ptr<PluginTimers> _timers;
  FaultWindow _faults;
  std::map<std::string, std::shared_ptr<EventStats>> _stats;  // by event or role; as it is once it serves
};

}  // namespace chat::plugin
