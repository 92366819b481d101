#include "plugin/PluginTimers.h"

#include <utility>

#include "plugin/Generation.h"
#include "plugin/PluginCall.h"

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

/// For the next time of the grid that is still to come.
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
  auto guard = _gate.enter();
  if (!guard) return;
  auto task = base::Task([this, &timer, guard = std::move(guard)]() mutable {
    run(timer);
    guard = {};
  });
  if (!_owner.workers().trySubmit(std::move(task))) schedule(timer);  // as late as if all workers were busy with it
}

// On a worker.
void PluginTimers::run(Timer& timer) {
  {
    const std::lock_guard lock(_mutex);
    if (_stopped) return;
  }
  if (_owner.faults().admits(_clock.now())) call(timer);
  schedule(timer);
}

void PluginTimers::call(Timer& timer) {
  const auto timeout = _owner.limits().timeout;
  // Written by the scheduler's thread, read once that is done with it.
  bool isOverdue = false;
  bool isReplaced = false;
  const auto watch = [&] {
    isOverdue = true;
    isReplaced = _owner.workers().replaceStuck();
    poco_warning(_logger,
                 "its timer " + timer.name + " has run for more than " + std::to_string(timeout.count()) + " ms");
    failed();
  };
  const auto watched = timeout.count() > 0 ? _scheduler.at(_clock.now() + timeout, watch) : 0;
  const auto failure = callPlugin([&] { timer.handler.run(); });
  if (watched != 0) _scheduler.cancel(watched);
  if (failure) {
    poco_error(_logger, "its timer " + timer.name + " failed: " + failure->text);
  }
  if (isReplaced) _owner.workers().stuckReturned();
  if (isOverdue) return;
  if (failure && failure->kind == CallFailure::Kind::Fault) return failed();
  if (_owner.faults().succeeded()) {
    poco_information(_logger, "it is back in service");
  }
}

void PluginTimers::failed() {
  if (!_owner.faults().failed(_clock.now(), _owner.callsEnded())) return;
  poco_error(_logger, "it is out of service, as it fails too often; it is tried again after a pause");
}

}  // namespace chat::plugin
