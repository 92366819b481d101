#include "gateway/call/ConnectionCalls.h"

#include <string>
#include <utility>

#include "exec/WorkerPool.h"
#include "gateway/call/LoopCalls.h"
#include "net/Loop.h"

namespace chat::gateway {

bool ConnectionCall::admits(plugin::Generation& plugin, plugin::EventStats& stats) {
  if (plugin::CallDoor::admits(plugin, clock ? *clock : base::systemClock())) return true;
  _steps.push_back({&plugin, &stats, {}, {}, true});
  return false;
}

ConnectionCall::Time ConnectionCall::begin(plugin::Generation& plugin, plugin::EventStats& stats) {
  _steps.push_back({&plugin, &stats, {}, {}});
  _waited = {};
  _turn.store(static_cast<std::int64_t>(_steps.size() - 1), std::memory_order_release);
  const auto now = std::chrono::steady_clock::now();
  begins(now, plugin.limits().timeout);
  return now;
}

bool ConnectionCall::end(Time start, Failure failure) {
  due.set(0);
  auto turn = _turn.load(std::memory_order_relaxed);
  if (turn == Abandoned || !_turn.compare_exchange_strong(turn, None, std::memory_order_acq_rel)) return false;
  auto& step = _steps.back();
  step.took = std::chrono::steady_clock::now() - start - _waited;
  step.failure = std::move(failure);
  return true;
}

ConnectionCall::Time ConnectionCall::pause() noexcept {
  due.set(0);
  return std::chrono::steady_clock::now();
}

void ConnectionCall::goOn(Time paused) noexcept {
  const auto now = std::chrono::steady_clock::now();
  _waited += now - paused;
  begins(now, _steps.back().plugin->limits().timeout);
}

bool ConnectionCall::abandon() noexcept {
  auto turn = _turn.load(std::memory_order_acquire);
  return turn >= 0 && _turn.compare_exchange_strong(turn, Abandoned, std::memory_order_acq_rel);
}

ConnectionCalls::ConnectionCalls(LoopCalls& plugins, exec::WorkerPool& threads)
    : _plugins(plugins),
      _threads(threads),
      _calls(plugins.loop(), [this](TimedCall& call) { overdue(static_cast<ConnectionCall&>(call)); }) {}

bool ConnectionCalls::submit(std::unique_ptr<ConnectionCall> call) {
  auto& submitted = *call;
  _calls.prepare(submitted);
  base::Task task = [this, call = std::move(call)]() mutable {
    call->run();
    _plugins.loop().post([this, call = std::move(call)] { complete(*call); });
  };
  // It is completed in a task of this loop, so not before this one ends.
  if (!_threads.trySubmit(std::move(task), exec::WorkerPool::Notify::Later)) return false;
  _calls.add(submitted);
  notifyLater();
  return true;
}

// When many come or go at a time, after a restart say, their threads are woken once a turn and not for each.
void ConnectionCalls::notifyLater() {
  if (std::exchange(_notifies, true)) return;
  _plugins.loop().defer([this] {
    _notifies = false;
    _threads.notify();
  });
}

void ConnectionCalls::complete(ConnectionCall& call) {
  _calls.remove(call);
  if (call.isReplaced) _threads.stuckReturned();
  if (call.isOverdue) return call.returnedLate();
  record(call, call._steps.size());
  call.concluded(nullptr);
}

// The client isn't kept waiting, nor are the others: until the call ends its thread has a substitute.
void ConnectionCalls::overdue(ConnectionCall& call) {
  call.isOverdue = call.abandon();  // not if its step has returned in this moment
  if (!call.isOverdue) return;
  const auto& step = call._steps.back();
  auto& plugin = *step.plugin;
  record(call, call._steps.size() - 1);
  call.isReplaced = _plugins.tooLong(*step.stats, plugin, _threads, "a handler of connections " + overItsTime(plugin));
  const auto tooLong = plugin::tookTooLong();
  call.concluded(&tooLong);
}

void ConnectionCalls::record(const ConnectionCall& call, std::size_t steps) {
  for (std::size_t i = 0; i < steps; ++i) {
    const auto& step = call._steps[i];
    if (step.isRejected) {
      _plugins.rejected(*step.stats);
    } else {
      _plugins.ended(*step.stats, *step.plugin, step.took, step.failure);
    }
  }
}

}  // namespace chat::gateway
