#include "plugin/PluginTimers.h"

#include <utility>

#include "plugin/PluginCall.h"

namespace chat::plugin {

PluginTimers::~PluginTimers() {
  stop();
}

void PluginTimers::start(const std::string& name, std::chrono::milliseconds interval, TimerHandler& handler) {
  const std::lock_guard lock(_mutex);
  auto& timer = *_timers.emplace_back(
      std::make_unique<Timer>(Timer{name, interval, handler, base::systemClock().now() + interval}));
  timer.scheduled = _scheduler.at(timer.next, [this, &timer] { due(timer); });
}

void PluginTimers::stop() {
  std::vector<exec::Scheduler::Id> scheduled;
  {
    const std::lock_guard lock(_mutex);
    _stopped = true;
    for (const auto& timer : _timers) scheduled.push_back(timer->scheduled);
  }
  for (const auto id : scheduled) _scheduler.cancel(id);
}

/// For the next time of the grid that is still to come.
void PluginTimers::schedule(Timer& timer) {
  const auto now = base::systemClock().now();
  timer.next += timer.interval;
  if (timer.next <= now) timer.next += (now - timer.next) / timer.interval * timer.interval + timer.interval;
  const std::lock_guard lock(_mutex);
  if (_stopped) return;
  timer.scheduled = _scheduler.at(timer.next, [this, &timer] { due(timer); });
}

// On the scheduler's thread.
void PluginTimers::due(Timer& timer) {
  auto guard = _gate.enter();
  if (!guard) return;
  auto task = base::Task([this, &timer, guard = std::move(guard)]() mutable {
    run(timer);
    guard = {};
  });
  if (!_workers.trySubmit(std::move(task))) schedule(timer);  // as late as if all workers were busy with it
}

// On a worker.
void PluginTimers::run(Timer& timer) {
  {
    const std::lock_guard lock(_mutex);
    if (_stopped) return;
  }
  if (const auto failure = callPlugin([&] { timer.handler.run(); })) {
    poco_error(_logger, "its timer " + timer.name + " failed: " + failure->text);
  }
  schedule(timer);
}

}  // namespace chat::plugin
