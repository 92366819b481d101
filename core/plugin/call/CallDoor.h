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

/// Decides whether a plugin may be called, and counts each call, logs it and tells the plugin's fault window how it
/// ended. Every role goes through here, so that the same outcome has the same consequence everywhere.
///
/// For each call: take a guard (`Callee::enter`), ask `admits`, call through `callPlugin`, and report the outcome with
/// exactly one of `rejected`, `notCalled`, `ended`, `tooLong` and `stalled`.
///
/// Thread: any, but only one thread at a time may write to a slot. The clock and the logger outlive the door.
class CallDoor {
 public:
  using Slot = EventStats::Slot;

  CallDoor(const base::Clock& clock, Poco::Logger& logger) noexcept : _clock(clock), _logger(logger) {}

  /// Whether the plugin is in service. If so, the caller must make the call, or report `notCalled`.
  bool admits(Callee& plugin) noexcept { return admits(plugin, _clock); }
  /// The same for a thread that counts nothing. If the plugin is not in service, a thread that counts must report
  /// `rejected`.
  static bool admits(Callee& plugin, const base::Clock& clock) noexcept;
  /// The plugin wasn't called because it is out of service.
  void rejected(Slot& slot) noexcept { slot.rejected.add(); }
  /// The plugin was admitted, but couldn't be called because its queue is full.
  void notCalled(Callee& plugin, Slot& slot) noexcept;
  /// The call has returned, or has thrown `failure`.
  void ended(Callee& plugin, Slot& slot, const std::optional<CallFailure>& failure);
  /// The call runs longer than it may; `what` describes that in the log. The pool starts a substitute for the stuck
  /// thread if it can. If it did, the result is true, and the caller must call `threads.stuckReturned()` when the call
  /// returns. Nothing else is reported of this call.
  bool tooLong(Callee& plugin, Slot& slot, exec::WorkerPool& threads, const std::string& what);
  /// The call has returned long ago, and the answer that was to follow hasn't come in time.
  void tooLate(Callee& plugin, Slot& slot, const std::string& what);
  /// The call has returned, but blocked its loop for too long, and a handler of this role can't be moved to a worker.
  void stalled(Callee& plugin, Slot& slot);

 private:
  void failed(Callee& plugin);

  const base::Clock& _clock;
  Poco::Logger& _logger;
};

/// "has run for more than 30000 ms", with the plugin's time-out: the text for `CallDoor::tooLong`.
std::string overItsTime(const Callee& plugin);

}  // namespace chat::plugin
