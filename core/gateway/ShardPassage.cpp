// The part of Shard that leads events through the handlers which every event passes; see plugin::Stages.
#include <utility>

#include "exec/WorkerPool.h"
#include "gateway/EventRequest.h"
#include "gateway/Shard.h"
#include "net/Loop.h"
#include "plugin/run/Generation.h"

namespace chat::gateway {
namespace {

/// The stage of the plugin's next generation that takes this one's place; null where there is none.
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

/// Leads an event through the handlers that every event passes, then to its own.
void Shard::pass(Endpoint& endpoint, const IncomingEvent& event, Passage passage) {
  while (passage.next < passage.stages->size()) {
    auto stages = passage.stages;
    const auto* stage = &(*stages)[passage.next++];
    auto guard = stage->plugin->enter();
    if (!guard) {
      auto current = _calls.table().stages();
      stage = successorOf(*stage, current.get());
      stages = std::move(current);
      if (!stage || !(guard = stage->plugin->enter())) continue;  // its plugin has been taken out
    }
    const bool mayMiss = stage->any && _calls.table().find(event.name);
    if (const auto refusal = _calls.refusalOf(*stage->plugin, *stage->stats)) {
      if (mayMiss) continue;
      return answerFailure(endpoint, event, *refusal);
    }
    if (runsInline(*stage)) {
      if (!runStage(endpoint, event, *stage, passage)) return;
      continue;
    }
    // One that only looks on holds up nobody.
    if (mayMiss && stage->plugin->workers().isFull()) {
      _calls.queueFull(*stage->plugin, *stage->stats);
      continue;
    }
    auto call = callFor(endpoint, event, stage->plugin, std::move(guard));
    call->steps.front().handler = stage->any;
    call->steps.front().stats = stage->stats.get();
    call->stageStats = stage->stats;
    call->packet = stage->packet;
    call->passage = std::move(passage);
    endpoint.running = true;
    auto& submitted = *call;
    if (stage->plugin->workers().trySubmit(taskOf(std::move(call)))) return _workerCalls.add(submitted);
    endpoint.running = false;
    return answerFailure(endpoint, event, _calls.queueFull(*stage->plugin, *stage->stats));
  }
  handle(endpoint, event, passage.acknowledged);
}

bool Shard::runStage(Endpoint& endpoint, const IncomingEvent& event, const plugin::StageRoute& stage,
                     Passage& passage) {
  endpoint.running = true;
  const EventRequest request(event.name, event.args, event.attachments, event.ticket.wanted(), endpoint);
  LoopReply reply(_replyParts, endpoint, event, &stage.plugin->sockets(), passage.acknowledged);
  const auto failure = _calls.callInline(*stage.stats, *stage.plugin, InlineMark::OnStall::Moves, [&] {
    stage.packet ? stage.packet->packet(request) : stage.any->handle(request, reply);
  });
  endpoint.running = false;
  passage.acknowledged = reply.acknowledged();
  return !failure || goesOnAfter(endpoint, event, stage.packet != nullptr, *failure);
}

/// A handler for any event can't keep an event from its own.
bool Shard::goesOnAfter(Endpoint& endpoint, const IncomingEvent& event, bool wasPacket,
                        const plugin::CallFailure& failure) {
  if (!wasPacket && _calls.table().find(event.name)) {
    explain(failure, event.name, _shared.logger);
    return true;
  }
  answerFailure(endpoint, event, failure);
  return false;
}

void Shard::completeStage(Endpoint& endpoint, const IncomingEvent& event, WorkerCall& call,
                          const plugin::CallFailure* failure) {
  auto& step = call.steps.front();
  if (!failure && !call.packet) {
    LoopReply reply(_replyParts, endpoint, event, &call.plugin->sockets(), call.passage.acknowledged);
    step.reply.playTo(reply);
    call.passage.acknowledged = reply.acknowledged();
  }
  endpoint.running = false;
  if (failure && !goesOnAfter(endpoint, event, call.packet != nullptr, *failure)) return;
  pass(endpoint, event, std::move(call.passage));
}

}  // namespace chat::gateway
