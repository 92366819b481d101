#pragma once

#include <Poco/Logger.h>

#include <optional>
#include <string>

#include "base/Clock.h"
#include "plugin/call/EventStats.h"
#include "plugin/call/PluginCall.h"

namespace chat::exec {
class WorkerPool;
}

namespace chat::plugin {

class Callee;

/// The one door to a plugin: whether it may be called, and what is counted, logged and told to its fault window of each
/// call. Every role goes through it, so that the same end of a call has the same consequence everywhere.
///
/// Each call: take a guard (`Callee::enter`), ask `admits`, call through `callPlugin`, report the end with exactly
/// one of `rejected`, `notCalled`, `ended`, `tooLong` and `stalled`.
///
/// Thread: any, but a slot is written by one thread at a time. Clock and logger outlive it.
class CallDoor {
 public:
  using Slot = EventStats::Slot;

  CallDoor(const base::Clock& clock, Poco::Logger& logger) noexcept : _clock(clock), _logger(logger) {}

  /// Whether the plugin is in service. After a yes the call must be made, or `notCalled` be said.
  bool admits(Callee& plugin) noexcept { return admits(plugin, _clock); }
  /// The same, for a thread that doesn't count: a no is to be reported as `rejected` by one that does.
  static bool admits(Callee& plugin, const base::Clock& clock) noexcept;
  /// The plugin wasn't called, since it is out of service.
  void rejected(Slot& slot) noexcept { slot.rejected.add(); }
  /// The plugin was to be called, but its queue is full.
  void notCalled(Callee& plugin, Slot& slot) noexcept;
  /// The call has returned, or thrown `failure`.
  void ended(Callee& plugin, Slot& slot, const std::optional<CallFailure>& failure);
  /// The call runs longer than it may; `what` says so for the log. The thread gets a substitute: true where it could,
  /// and then `threads.stuckReturned()` must follow the call's return. The end of the call isn't reported any more.
  bool tooLong(Callee& plugin, Slot& slot, exec::WorkerPool& threads, const std::string& what);
  /// The call has returned, but has held up its loop for too long, and can't run on a worker.
  void stalled(Callee& plugin, Slot& slot);

 private:
  void failed(Callee& plugin);

  const base::Clock& _clock;
  Poco::Logger& _logger;
};

/// "has run for more than 30000 ms": the plugin's time-out, for `CallDoor::tooLong`.
std::string overItsTime(const Callee& plugin);

}  // namespace chat::plugin
