#include "gateway/RoleCalls.h"

#include <string>
#include <utility>

#include "exec/WorkerPool.h"
#include "gateway/Shard.h"
#include "net/Loop.h"

namespace chat::gateway {

RoleCalls::RoleCalls(Shard& shard)
    : _shard(shard), _calls(shard.loop(), [this](TimedCall& call) { overdue(static_cast<RoleCall&>(call)); }) {}

bool RoleCalls::submit(std::unique_ptr<RoleCall> call) {
  auto& submitted = *call;
  _calls.prepare(submitted);
  base::Task task = [this, call = std::move(call)]() mutable {
    call->run();
    _shard.loop().post([this, call = std::move(call)] { complete(*call); });
  };
  // It is completed in a task of this loop, so not before this one ends.
  if (!_shard.shared().admissions.trySubmit(std::move(task), exec::WorkerPool::Notify::Later)) return false;
  _calls.add(submitted);
  notifyLater();
  return true;
}

// When many come or go at a time, after a restart say, their threads are woken once a turn and not for each.
void RoleCalls::notifyLater() {
  if (std::exchange(_notifies, true)) return;
  _shard.loop().defer([this] {
    _notifies = false;
    _shard.shared().admissions.notify();
  });
}

void RoleCalls::complete(RoleCall& call) {
  _calls.remove(call);
  if (call.isReplaced) _shard.shared().admissions.stuckReturned();
  if (call.isOverdue) return;
  record(call, call._steps.size());
  call.concluded(nullptr);
}

// The client isn't kept waiting, nor are the others: until the call ends its thread has a substitute.
void RoleCalls::overdue(RoleCall& call) {
  const auto current = static_cast<std::size_t>(call._current.get());
  const auto& step = call._steps[current];
  auto& plugin = *step.plugin;
  call._abandoned.set(1);
  call.isReplaced = _shard.shared().admissions.replaceStuck();
  poco_warning(_shard.logger(), "plugin " + plugin.identity().name +
                                    ": a handler of connections has run for more than " +
                                    std::to_string(plugin.limits().timeout.count()) + " ms" +
                                    (call.isReplaced ? "" : ", and as many are stuck as there are admission threads"));
  record(call, current);
  step.stats->slot(_shard.loop().index()).timeouts.add();
  _shard.failed(plugin);
  const auto tooLong = tooLongFailure();
  call.concluded(&tooLong);
}

void RoleCalls::record(const RoleCall& call, std::size_t steps) {
  for (std::size_t i = 0; i < steps; ++i) {
    const auto& step = call._steps[i];
    auto& slot = step.stats->slot(_shard.loop().index());
    if (step.isRejected) {
      slot.rejected.add();
      continue;
    }
    slot.took(step.took);
    _shard.record(*step.stats, *step.plugin, step.failure);
  }
}

}  // namespace chat::gateway
