#include "gateway/event/EventStages.h"

#include <utility>

#include "exec/WorkerPool.h"
#include "gateway/call/Refusal.h"
#include "gateway/event/EventRequest.h"
#include "gateway/reply/LoopReply.h"
#include "plugin/run/Generation.h"

namespace chat::gateway {
namespace {

/// The stage of the plugin's next generation that takes this one's place; null if there is none.
const plugin::StageRoute* successorOf(const plugin::StageRoute& gone, const plugin::Stages* current) {
  if (!current) return nullptr;
  for (const auto& stage : *current) {
    if (stage.number == gone.number && !stage.any == !gone.any &&
        stage.plugin->identity().name == gone.plugin->identity().name) {
      return &stage;
    }
  }
  return nullptr;
}

}  // namespace

EventStages::Result EventStages::pass(Endpoint& endpoint, const IncomingEvent& event, StageProgress& progress) {
  while (progress.next < progress.stages->size()) {
    auto stages = progress.stages;
    const auto* stage = &(*stages)[progress.next++];
    auto guard = stage->plugin->enter();
    if (!guard) {
      auto current = _calls.table().stages();
      stage = successorOf(*stage, current.get());
      stages = std::move(current);
      if (!stage || !(guard = stage->plugin->enter())) continue;  // its plugin has been taken out
    }
    const bool mayMiss = stage->any && _calls.table().find(event.name);
    if (auto refusal = _calls.refusalOf(*stage->plugin, *stage->stats)) {
      if (mayMiss) continue;
      return {Next::Refused, std::move(refusal)};
    }
    if (!runsInline(*stage)) {
      // One that only looks on holds up nobody.
      if (mayMiss && stage->plugin->workers().isFull()) {
        _calls.queueFull(*stage->plugin, *stage->stats);
        continue;
      }
      return submit(endpoint, event, *stage, std::move(guard), progress);
    }
    if (auto result = runInline(endpoint, event, *stage, progress); result.next != Next::Handler) return result;
  }
  return {};
}

EventStages::Result EventStages::submit(Endpoint& endpoint, const IncomingEvent& event, const plugin::StageRoute& stage,
                                        plugin::CallGuard guard, StageProgress& progress) {
  // Submitting may have the table, and with it the stage, replaced.
  const auto plugin = stage.plugin;
  const auto stats = stage.stats;
  auto call = _workers.make(endpoint, event, plugin, std::move(guard));
  call->steps.front().handler = stage.any;
  call->steps.front().stats = stats.get();
  call->stageStats = stats;
  call->packet = stage.packet;
  call->progress = std::move(progress);
  endpoint.running = true;
  if (_workers.submit(std::move(call))) return {Next::Waits, {}};
  endpoint.running = false;
  return {Next::Refused, _calls.queueFull(*plugin, *stats)};
}

EventStages::Result EventStages::runInline(Endpoint& endpoint, const IncomingEvent& event,
                                           const plugin::StageRoute& stage, StageProgress& progress) {
  endpoint.running = true;
  const EventRequest request(event.name, event.args, event.attachments, event.ticket.wanted(), endpoint);
  LoopReply reply(_replies, endpoint, event, &stage.plugin->sockets(), progress.acknowledged);
  const auto failure = _calls.callInline(*stage.stats, *stage.plugin, InlineMark::OnStall::Moves, [&] {
    stage.packet ? stage.packet->packet(request) : stage.any->handle(request, reply);
  });
  endpoint.running = false;
  progress.acknowledged = reply.acknowledged();
  return failure ? afterFailure(event, stage.packet != nullptr, *failure) : Result{};
}

// A handler for any event can't keep an event from its own.
EventStages::Result EventStages::afterFailure(const IncomingEvent& event, bool wasPacket,
                                              const plugin::CallFailure& failure) {
  if (wasPacket || !_calls.table().find(event.name)) return {Next::Refused, failure};
  explain(failure, event.name, _replies.logger);
  return {};
}

EventStages::Result EventStages::completed(Endpoint& endpoint, const IncomingEvent& event, WorkerCall& call,
                                           const plugin::CallFailure* failure) {
  auto& step = call.steps.front();
  if (!failure && !call.packet) {
    LoopReply reply(_replies, endpoint, event, &call.plugin->sockets(), call.progress.acknowledged);
    step.reply.playTo(reply);
    call.progress.acknowledged = reply.acknowledged();
  }
  endpoint.running = false;
  return failure ? afterFailure(event, call.packet != nullptr, *failure) : Result{};
}

}  // namespace chat::gateway
