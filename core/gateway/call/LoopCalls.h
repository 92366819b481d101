#pragma once

#include <Poco/Logger.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/call/InlineWatchdog.h"
#include "net/Loop.h"
#include "plugin/call/CallDoor.h"
#include "plugin/call/CallRefusals.h"
#include "plugin/call/PluginCall.h"
#include "plugin/run/Generation.h"
#include "plugin/table/GuardedHandlers.h"
#include "plugin/table/HandlerTable.h"
#include "plugin/table/TablePublication.h"

namespace chat::gateway {

/// One loop's calls into plugins, of all roles: it finds the handlers, lets calls in by the one door
/// (plugin::CallDoor), makes those that run on the loop, and counts all of them in the loop's slot.
///
/// Thread: the loop's, but `mark`, which the watchdog reads.
class LoopCalls {
 public:
  LoopCalls(net::Loop& loop, const plugin::TablePublication& tables, Poco::Logger& logger)
      : _loop(loop), _publication(tables), _tables(tables), _logger(logger), _door(loop.clock(), logger) {}
  LoopCalls(const LoopCalls&) = delete;
  LoopCalls& operator=(const LoopCalls&) = delete;

  net::Loop& loop() const noexcept { return _loop; }
  Poco::Logger& logger() const noexcept { return _logger; }
  InlineMark& mark() noexcept { return _mark; }

  /// Valid until the next call: whoever calls into a plugin copies what it needs afterwards.
  const plugin::HandlerTable& table() { return _tables.current(); }
  /// The same, valid as long as it is held.
  std::shared_ptr<const plugin::HandlerTable> sharedTable() { return _tables.shared(); }
  /// For threads that aren't the loop's.
  const plugin::TablePublication& publication() const noexcept { return _publication; }
  /// The handlers of one kind, all of one table.
  template <typename Route>
  plugin::GuardedHandlers<Route> guardAll(const std::vector<Route>& (plugin::HandlerTable::*kind)() const noexcept) {
    return plugin::guardAll([this] { return _tables.shared(); }, kind);
  }

  /// The route of an event to its handler, and a guard of the plugin; no route if nobody handles the event.
  struct Entered {
    const plugin::EventRoute* route = nullptr;
    plugin::CallGuard guard;
  };
  Entered enter(std::string_view event);

  /// Nothing if the plugin is in service: then the call must be made. Otherwise what the client is told.
  std::optional<plugin::CallFailure> refusalOf(plugin::Generation& plugin, plugin::EventStats& stats) {
    if (_door.admits(plugin)) return std::nullopt;
    rejected(stats);
    return plugin::outOfService();
  }
  void rejected(plugin::EventStats& stats) { _door.rejected(slot(stats)); }
  /// The call that `refusalOf` let pass can't be made, as the plugin's queue is full. What the client is told.
  plugin::CallFailure queueFull(plugin::Generation& plugin, plugin::EventStats& stats) {
    _door.notCalled(plugin, slot(stats));
    return plugin::queueFull();
  }

  /// Calls on the loop, watched by InlineWatchdog. `onStall`: what becomes of a handler that holds the loop too long.
  template <typename Call>
  std::optional<plugin::CallFailure> callInline(plugin::EventStats& stats, plugin::Generation& plugin,
                                                InlineMark::OnStall onStall, Call&& call) {
    auto& counts = slot(stats);
    const bool isTimed = (counts.calls.value() & TimedMask) == 0;
    const auto begin = isTimed ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
    const auto outer = _mark.begin(stats, plugin.number(), onStall);
    const auto failure = plugin::callPlugin(std::forward<Call>(call));
    const bool hasStalled = _mark.end(outer);
    if (isTimed) counts.took(std::chrono::steady_clock::now() - begin);
    if (hasStalled && onStall == InlineMark::OnStall::Fails) {
      _door.stalled(plugin, counts);
    } else {
      _door.ended(plugin, counts, failure);
    }
    return failure;
  }

  /// A call that another thread has made for this loop has ended within its time.
  void ended(plugin::EventStats& stats, plugin::Generation& plugin, std::chrono::steady_clock::duration took,
             const std::optional<plugin::CallFailure>& failure) {
    slot(stats).took(took);
    _door.ended(plugin, slot(stats), failure);
  }
  /// See plugin::CallDoor::tooLong.
  bool tooLong(plugin::EventStats& stats, plugin::Generation& plugin, exec::WorkerPool& threads,
               const std::string& what) {
    return _door.tooLong(plugin, slot(stats), threads, what);
  }
  /// See plugin::CallDoor::tooLate.
  void tooLate(plugin::EventStats& stats, plugin::Generation& plugin, const std::string& what) {
    _door.tooLate(plugin, slot(stats), what);
  }

 private:
  /// Of the calls on a loop the time of each sixteenth is taken: reading the clock costs as much as a small handler.
  static constexpr std::uint64_t TimedMask = 15;

  plugin::EventStats::Slot& slot(plugin::EventStats& stats) const noexcept { return stats.slot(_loop.index()); }

  net::Loop& _loop;
  const plugin::TablePublication& _publication;
  plugin::TablePublication::Reader _tables;
  Poco::Logger& _logger;
  plugin::CallDoor _door;
  InlineMark _mark;
};

}  // namespace chat::gateway
