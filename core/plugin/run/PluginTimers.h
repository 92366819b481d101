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

/// The timers of one generation of a plugin: run on its workers, each on a grid of its own. A run that fails, or that
/// takes longer than the plugin's time-out, counts as a fault of the plugin. While the plugin is out of service, or its
/// queue is full, no run begins; it counts as rejected.
/// Thread: `start` and `stop` one at a time, on a thread that may block.
class PluginTimers {
 public:
  /// All of these outlive it; `stats` counts the runs of all timers.
  PluginTimers(exec::Scheduler& scheduler, const base::Clock& clock, Callee& plugin, EventStats& stats,
               Poco::Logger& logger)
      : _scheduler(scheduler), _clock(clock), _plugin(plugin), _stats(stats), _logger(logger), _door(clock, logger) {}
  /// As `stop()`.
  ~PluginTimers();
  PluginTimers(const PluginTimers&) = delete;
  PluginTimers& operator=(const PluginTimers&) = delete;

  void start(const std::string& name, std::chrono::milliseconds interval, TimerHandler& handler);
  /// No run begins from now on; one that is under way is inside the gate.
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
