#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exec/WorkerPool.h"
#include "plugin/call/CallGate.h"
#include "plugin/call/EventStats.h"
#include "plugin/call/FaultWindow.h"
#include "plugin/settings/PluginLimits.h"

namespace chat::plugin {

class StatsRegistry;

/// A plugin as its callers know it: a gate to enter by, workers to run on, a fault window, limits, and the counts of
/// its calls. Nothing here knows the plugin's code; see Generation, which is the one kind of callee.
///
/// Thread: any, but `useStats` and `count`: before the first call.
class Callee {
 public:
  Callee(const Callee&) = delete;
  Callee& operator=(const Callee&) = delete;

  const std::string& name() const noexcept { return _name; }
  const PluginLimits& limits() const noexcept { return _limits; }

  /// Before each call into the plugin; the guard is held until the call has returned. Empty once the gate is closed:
  /// the plugin is being replaced or removed.
  [[nodiscard]] CallGuard enter() noexcept { return _gate.enter(); }
  std::uint64_t callsInside() const noexcept { return _gate.count(); }
  /// For work that outlasts the call that began it.
  CallGate& gate() noexcept { return _gate; }
  /// The plugin's own, so that neither its slowness nor its full queue is another plugin's. A task holds a guard from
  /// its submission on.
  exec::WorkerPool& workers() noexcept { return _workers; }
  FaultWindow& faults() noexcept { return _faults; }

  /// Counts in `registry` from now on, together with the plugin's other generations, rather than by itself.
  void useStats(StatsRegistry& registry);
  /// `name`: of an event that it handles, or of a role that it has (Role.h). Throws std::out_of_range for any other.
  std::shared_ptr<EventStats> statsOf(const std::string& name) const { return _stats.at(name); }
  bool serves(const std::string& event) const { return _stats.contains(event); }
  /// The roles that it has beside its events.
  std::vector<std::string> roles() const;
  /// How many calls of its handlers have ended, over all generations that count in the same place.
  std::uint64_t callsEnded() const noexcept;

 protected:
  Callee(std::string name, const PluginLimits& limits);
  ~Callee() = default;

  /// The calls of that event or role are counted from now on.
  void count(const std::string& name);

 private:
  const std::string _name;
  const PluginLimits _limits;
  StatsRegistry* _registry = nullptr;
  std::map<std::string, std::shared_ptr<EventStats>> _stats;  // by event or role; as it is once the plugin serves
  CallGate _gate;
  FaultWindow _faults;
  exec::WorkerPool _workers;
};

}  // namespace chat::plugin
