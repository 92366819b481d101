#include "plugin/run/PluginTimers.h"

#include <utility>

#include "plugin/call/PluginCall.h"

namespace chat::plugin {

PluginTimers::~PluginTimers() {
  stop();
}

void PluginTimers::start(const std::string& name, std::chrono::milliseconds interval, TimerHandler& handler) {
  const std::lock_guard lock(_mutex);
  auto& timer = *_timers.emplace_back(std::make_unique<Timer>(Timer{name, interval, handler, _clock.now() + interval}));
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

/// Schedules the next run, at the first multiple of the interval that is still to come.
void PluginTimers::schedule(Timer& timer) {
  const auto now = _clock.now();
  timer.next += timer.interval;
  if (timer.next <= now) timer.next += (now - timer.next) / timer.interval * timer.interval + timer.interval;
  const std::lock_guard lock(_mutex);
  if (_stopped) return;
  timer.scheduled = _scheduler.at(timer.next, [this, &timer] { due(timer); });
}

// On the scheduler's thread.
void PluginTimers::due(Timer& timer) {
  auto guard = _plugin.enter();
  if (!guard) return;
  auto task = base::Task([this, &timer, guard = std::move(guard)]() mutable {
    run(timer);
    guard = {};
  });
  if (_plugin.workers().trySubmit(std::move(task))) return;
  _stats.countOffLoops([this](auto& slot) { _door.rejected(slot); });
  schedule(timer);  // one interval later, as if it had run
}

// On a worker.
void PluginTimers::run(Timer& timer) {
  {
    const std::lock_guard lock(_mutex);
    if (_stopped) return;
  }
  if (_door.admits(_plugin)) {
    call(timer);
  } else {
    _stats.countOffLoops([this](auto& slot) { _door.rejected(slot); });
  }
  schedule(timer);
}

void PluginTimers::call(Timer& timer) {
  const auto timeout = _plugin.limits().timeout;
  // Written by the scheduler's thread; read after `cancel`, which waits for it.
  bool isOverdue = false;
  bool isReplaced = false;
  const auto watch = [&] {
    isOverdue = true;
    _stats.countOffLoops([&](auto& slot) {
      isReplaced =
          _door.tooLong(_plugin, slot, _plugin.workers(), "its timer " + timer.name + " " + overItsTime(_plugin));
    });
  };
  const auto watched = timeout.count() > 0 ? _scheduler.at(_clock.now() + timeout, watch) : 0;
  const auto start = std::chrono::steady_clock::now();
  const auto failure = callPlugin([&] { timer.handler.run(); });
  const auto took = std::chrono::steady_clock::now() - start;
  if (watched != 0) _scheduler.cancel(watched);
  if (failure) {
    poco_error(_logger, "its timer " + timer.name + " failed: " + failure->text);
  }
  if (isReplaced) _plugin.workers().stuckReturned();
  if (isOverdue) return;
  _stats.countOffLoops([&](auto& slot) {
    slot.took(took);
    _door.ended(_plugin, slot, failure);
  });
}

}  // namespace chat::plugin
