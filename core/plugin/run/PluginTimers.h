#pragma once

#include <Poco/Logger.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/Clock.h"
#include "exec/Scheduler.h"
#include "plugin/api/TimerHandler.h"
#include "plugin/call/CallDoor.h"
#include "plugin/call/Callee.h"

namespace chat::plugin {

/// The timers of one generation of a plugin. They run on its workers, each at whole multiples of its interval since its
/// start. A run that fails, or that takes longer than the plugin's time-out, counts as a fault of the plugin. A run
/// that is due while the plugin is out of service, or while its queue is full, is left out and counts as rejected.
/// Thread: `start` and `stop` one at a time, on a thread that may block.
class PluginTimers {
 public:
  /// All of these outlive the timers. `stats` counts the runs of all of them.
  PluginTimers(exec::Scheduler& scheduler, const base::Clock& clock, Callee& plugin, EventStats& stats,
               Poco::Logger& logger)
      : _scheduler(scheduler), _clock(clock), _plugin(plugin), _stats(stats), _logger(logger), _door(clock, logger) {}
  /// As `stop()`.
  ~PluginTimers();
  PluginTimers(const PluginTimers&) = delete;
  PluginTimers& operator=(const PluginTimers&) = delete;

  void start(const std::string& name, std::chrono::milliseconds interval, TimerHandler& handler);
  /// From now on no run begins. One that is under way goes on, as a call inside the plugin's gate.
  void stop();

 private:
  struct Timer {
    std::string name;
    std::chrono::milliseconds interval;
    TimerHandler& handler;
    base::TimePoint next;
    exec::Scheduler::Id scheduled = 0;
  };
  void schedule(Timer& timer);
  void due(Timer& timer);
  void run(Timer& timer);
  void call(Timer& timer);

  exec::Scheduler& _scheduler;
  const base::Clock& _clock;
  Callee& _plugin;
  EventStats& _stats;
  Poco::Logger& _logger;
  CallDoor _door;
  std::mutex _mutex;
  bool _stopped = false;
  std::vector<std::unique_ptr<Timer>> _timers;
};

}  // namespace chat::plugin
