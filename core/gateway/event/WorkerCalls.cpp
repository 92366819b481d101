#include "gateway/event/WorkerCalls.h"

#include <string>
#include <utility>

#include "base/LogValue.h"
#include "exec/WorkerPool.h"
#include "net/Loop.h"
#include "plugin/call/CallRefusals.h"
#include "plugin/run/Generation.h"

namespace chat::gateway {

WorkerCalls::WorkerCalls(LoopCalls& calls, const ReplyContext& replies, LateOwner& late, Owner& owner)
    : _calls(calls), _replies(replies), _late(late), _owner(owner), _timed(calls.loop(), [this](TimedCall& call) {
        overdue(static_cast<WorkerCall&>(call));
      }) {}

std::unique_ptr<WorkerCall> WorkerCalls::make(Endpoint& endpoint, const IncomingEvent& event,
                                              const std::shared_ptr<plugin::Generation>& plugin,
                                              plugin::CallGuard guard) {
  auto call = std::make_unique<WorkerCall>();
  _timed.prepare(*call);
  call->revoked = _replies.directory.watchRevocations();
  call->endpoint = endpoint.handle;
  call->caller = endpoint.snapshot();
  call->plugin = plugin;
  call->sendable.emplace(_replies.options);
  call->guard = std::move(guard);
  call->steps.push_back({own(event), nullptr, {}, {}});
  call->received = call->steps.front().event.received;
  return call;
}

void WorkerCalls::collect(Endpoint& endpoint, std::unique_ptr<WorkerCall> call) {
  endpoint.running = true;
  call->late = &_late;
  if (_collected.empty()) _calls.loop().defer([this] { submitCollected(); });
  _collected.push_back(std::move(call));
  endpoint.collecting = static_cast<std::uint32_t>(_collected.size());
}

bool WorkerCalls::submit(std::unique_ptr<WorkerCall> call) {
  auto& submitted = *call;
  auto& workers = call->plugin->workers();
  // It is completed in a task of this loop, so not before this one ends.
  if (!workers.trySubmit(taskOf(std::move(call)))) return false;
  _timed.add(submitted);
  return true;
}

void WorkerCalls::submitCollected() {
  auto collected = std::exchange(_collected, {});
  for (const auto& call : collected) {
    if (auto* endpoint = _replies.directory.find(call->endpoint)) endpoint->collecting = 0;
  }
  exec::WorkerPool* unnotified = nullptr;
  for (auto& call : collected) {
    auto& workers = call->plugin->workers();
    if (unnotified && unnotified != &workers) unnotified->notify();
    unnotified = &workers;
    auto& submitted = *call;
    auto task = taskOf(std::move(call));
    // It is completed in a task of this loop, so not before this one ends.
    if (workers.trySubmit(std::move(task), exec::WorkerPool::Notify::Later)) {
      _timed.add(submitted);
    } else {
      refuse(submitted);
    }
  }
  if (unnotified) unnotified->notify();
}

base::Task WorkerCalls::taskOf(std::unique_ptr<WorkerCall> call) {
  return [this, call = std::move(call)]() mutable {
    call->run();
    _calls.loop().post([this, call = std::move(call)] { complete(*call); });
  };
}

void WorkerCalls::refuse(WorkerCall& call) {
  for (auto& step : call.steps) step.failure = _calls.queueFull(*call.plugin, *step.stats);
  _owner.concluded(call, call.steps.size(), nullptr);
}

// A step that is answered later is counted when it is.
void WorkerCalls::countEnd(const WorkerCall& call, const WorkerCall::Step& step) {
  if (!step.reply.late()) _calls.ended(*step.stats, *call.plugin, step.took, step.failure);
}

void WorkerCalls::complete(WorkerCall& call) {
  _timed.remove(call);
  if (call.isReplaced) call.plugin->workers().stuckReturned();
  if (call.isOverdue) return;
  for (std::size_t i = 0; i < call.done; ++i) countEnd(call, call.steps[i]);
  _owner.concluded(call, call.done, nullptr);
}

// The client isn't kept waiting; what the step that runs still does is dropped. Until it ends its thread has a
// substitute. After a step that took so long the worker looks at no other.
void WorkerCalls::overdue(WorkerCall& call) {
  const auto current = static_cast<std::size_t>(call.current.get());
  const auto& step = call.steps[current];
  for (std::size_t i = 0; i < current; ++i) countEnd(call, call.steps[i]);
  call.isReplaced = _calls.tooLong(
      *step.stats, *call.plugin, call.plugin->workers(),
      "the handler of " + base::logValue(step.event.name) + " " + overItsTime(*call.plugin) + "; answered 504");
  const auto tooLong = plugin::tookTooLong();
  _owner.concluded(call, current, &tooLong);
}

}  // namespace chat::gateway
