#include "gateway/RoleCalls.h"

#include <string>
#include <utility>

#include "base/LogCause.h"
#include "exec/WorkerPool.h"
#include "gateway/Shard.h"
#include "net/Loop.h"

namespace chat::gateway {

bool RoleCall::admits(plugin::Generation& plugin, plugin::EventStats& stats) {
  if (plugin.faults().admits((clock ? *clock : base::systemClock()).now())) return true;
  _steps.push_back({&plugin, &stats, {}, {}, true});
  return false;
}

RoleCall::Time RoleCall::begin(plugin::Generation& plugin, plugin::EventStats& stats) {
  _steps.push_back({&plugin, &stats, {}, {}});
  _waited = {};
  _turn.store(static_cast<std::int64_t>(_steps.size() - 1), std::memory_order_release);
  const auto now = std::chrono::steady_clock::now();
  begins(now, plugin.limits().timeout);
  return now;
}

bool RoleCall::end(Time start, Failure failure) {
  due.set(0);
  auto turn = _turn.load(std::memory_order_relaxed);
  if (turn == Abandoned || !_turn.compare_exchange_strong(turn, None, std::memory_order_acq_rel)) return false;
  auto& step = _steps.back();
  step.took = std::chrono::steady_clock::now() - start - _waited;
  step.failure = std::move(failure);
  return true;
}

RoleCall::Time RoleCall::pause() noexcept {
  due.set(0);
  return std::chrono::steady_clock::now();
}

void RoleCall::goOn(Time paused) noexcept {
  const auto now = std::chrono::steady_clock::now();
  _waited += now - paused;
  begins(now, _steps.back().plugin->limits().timeout);
}

bool RoleCall::abandon() noexcept {
  auto turn = _turn.load(std::memory_order_acquire);
  return turn >= 0 && _turn.compare_exchange_strong(turn, Abandoned, std::memory_order_acq_rel);
}

RoleCalls::RoleCalls(Shard& shard, exec::WorkerPool& threads)
    : _shard(shard),
      _threads(threads),
      _calls(shard.loop(), [this](TimedCall& call) { overdue(static_cast<RoleCall&>(call)); }) {}

bool RoleCalls::submit(std::unique_ptr<RoleCall> call) {
  auto& submitted = *call;
  _calls.prepare(submitted);
  base::Task task = [this, call = std::move(call)]() mutable {
    call->run();
    _shard.loop().post([this, call = std::move(call)] { complete(*call); });
  };
  // It is completed in a task of this loop, so not before this one ends.
  if (!_threads.trySubmit(std::move(task), exec::WorkerPool::Notify::Later)) return false;
  _calls.add(submitted);
  notifyLater();
  return true;
}

// When many come or go at a time, after a restart say, their threads are woken once a turn and not for each.
void RoleCalls::notifyLater() {
  if (std::exchange(_notifies, true)) return;
  _shard.loop().defer([this] {
    _notifies = false;
    _threads.notify();
  });
}

void RoleCalls::complete(RoleCall& call) {
  _calls.remove(call);
  if (call.isReplaced) _threads.stuckReturned();
  if (call.isOverdue) return call.returnedLate();
  record(call, call._steps.size());
  call.concluded(nullptr);
}

// The client isn't kept waiting, nor are the others: until the call ends its thread has a substitute.
void RoleCalls::overdue(RoleCall& call) {
  call.isOverdue = call.abandon();  // not where its step has returned in this moment
  if (!call.isOverdue) return;
  const auto& step = call._steps.back();
  auto& plugin = *step.plugin;
  call.isReplaced = _threads.replaceStuck();
  base::warnCause(_shard.logger(), "overdue " + plugin.identity().name,
                  "plugin " + plugin.identity().name + ": a handler of connections has run for more than " +
                      std::to_string(plugin.limits().timeout.count()) + " ms" +
                      (call.isReplaced ? "" : ", and as many are stuck as there are threads for them"));
  record(call, call._steps.size() - 1);
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
