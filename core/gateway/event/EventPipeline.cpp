#include "gateway/event/EventPipeline.h"

#include <string>
#include <utility>

#include "gateway/call/ErrorDocument.h"
#include "gateway/call/Refusal.h"
#include "gateway/event/EventRequest.h"
#include "gateway/reply/LoopReply.h"
#include "plugin/run/Generation.h"

namespace chat::gateway {

EventPipeline::EventPipeline(LoopCalls& calls, const ReplyContext& replies, IdentityEnds& ends, Owner& owner,
                             base::LocalCounter& unknownEvents)
    : _calls(calls),
      _replies(replies),
      _ends(ends),
      _owner(owner),
      _unknownEvents(unknownEvents),
      _late(calls, replies, *this),
      _workers(calls, replies, _late, *this),
      _stages(calls, replies, _workers) {}

// --- to the handlers ---

void EventPipeline::receive(Endpoint& endpoint, const IncomingEvent& event) {
  if (_isDraining) return;
  const bool mustWait = endpoint.hasWaiting() || !mayBegin(endpoint, event.name);
  if (endpoint.running || mustWait) {
    if (const auto* route = mustWait ? nullptr : joining(endpoint, event.name)) {
      _workers.collected(endpoint)->steps.push_back({own(event), route->handler, {}, {}, route->stats.get()});
      return;
    }
    endpoint.waiting().push_back(own(event));
    pauseIfFull(endpoint);
    return;
  }
  dispatch(endpoint, event);
  if (endpoint.gone) settle(endpoint);
}

void EventPipeline::refuse(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure) {
  if (_isDraining) return;
  answerFailure(endpoint, event, failure);
  if (endpoint.gone) settle(endpoint);
}

void EventPipeline::dispatch(Endpoint& endpoint, const IncomingEvent& event) {
  _ends.checkExpiry(endpoint);
  if (endpoint.ownAuth && event.name == "auth") return _owner.authenticate(endpoint, event);
  const auto& stages = _calls.table().stages();
  if (stages) return pass(endpoint, event, {stages, 0, false});
  handle(endpoint, event, false);
}

void EventPipeline::pass(Endpoint& endpoint, const IncomingEvent& event, StageProgress progress) {
  const auto result = _stages.pass(endpoint, event, progress);
  if (result.refusal) return answerFailure(endpoint, event, *result.refusal);
  if (result.next == EventStages::Next::Handler) handle(endpoint, event, progress.acknowledged);
}

void EventPipeline::handle(Endpoint& endpoint, const IncomingEvent& event, bool acknowledged) {
  if (auto [route, guard] = _calls.enter(event.name); route) {
    if (const auto refusal = _calls.refusalOf(*route->plugin, *route->stats)) {
      return answerFailure(endpoint, event, *refusal);
    }
    if (runsInline(*route)) return runInline(endpoint, event, *route, acknowledged);
    auto call = _workers.make(endpoint, event, route->plugin, std::move(guard));
    auto& step = call->steps.front();
    step.handler = route->handler;
    step.stats = route->stats.get();
    step.acknowledged = acknowledged;
    return _workers.collect(endpoint, std::move(call));
  }
  if (acknowledged) return;
  _unknownEvents.add();
  if (endpoint.gone) return;
  endpoint.acknowledge(event.ticket, statusOf(404),
                       errorDocument(404, "Nothing here handles the event \"" + std::string(event.name) + "\"."));
}

void EventPipeline::runInline(Endpoint& endpoint, const IncomingEvent& event, const plugin::EventRoute& route,
                              bool acknowledged) {
  // What the handler does may have the table, and with it the route, replaced. The guard keeps the plugin.
  auto& plugin = *route.plugin;
  endpoint.running = true;
  const EventRequest request(event.name, event.args, event.attachments, event.ticket.wanted(), endpoint);
  const LatePlace place(_late, plugin, *route.stats);
  auto* const handler = route.handler;
  const auto call = [&](plugin::Reply& reply) {
    auto failure =
        _calls.callInline(*route.stats, plugin, InlineMark::OnStall::Moves, [&] { handler->handle(request, reply); });
    endpoint.running = false;
    return failure;
  };
  if (endpoint.pendingAnswers > 0) {
    LateAnswers::Answer answer{own(event), acknowledged, handler, route.plugin};
    answer.reply.setSockets(plugin.sockets());
    answer.reply.setRules(Sendable(_replies.options), event.attachments.size());
    answer.reply.setPlace(&place);
    answer.failure = call(answer.reply);
    return follow(endpoint, std::move(answer));
  }
  LoopReply reply(_replies, endpoint, event, &plugin.sockets(), acknowledged);
  reply.setPlace(&place);
  const auto failure = call(reply);
  if (reply.late() && failure) reply.late()->end();
  if (failure) return answerFailure(endpoint, event, *failure);
  if (reply.late()) _late.add(endpoint, {own(event), reply.acknowledged(), handler, nullptr, {}, {}, reply.late()});
}

// What a handler has answered while other answers are pending.
void EventPipeline::follow(Endpoint& endpoint, LateAnswers::Answer answer) {
  answer.reply.setPlace(nullptr);
  if (answer.failure) answer.reply.clear();
  answer.late = answer.reply.takeLate();
  _late.add(endpoint, std::move(answer));
}

// The way that an event takes along with those already collected, of the same plugin and for the same somebody;
// null if it must wait for them.
const plugin::EventRoute* EventPipeline::joining(Endpoint& endpoint, std::string_view event) {
  const auto* collected = _workers.collected(endpoint);
  if (!collected || (endpoint.ownAuth && event == "auth")) return nullptr;
  _ends.checkExpiry(endpoint);
  const auto& table = _calls.table();
  const auto* route = table.stages() ? nullptr : table.find(event);
  if (!route || runsInline(*route)) return nullptr;
  return collected->takes(*route->plugin, endpoint) ? route : nullptr;
}

// --- and back ---

// Answers the steps that were done, and the one after them with `last` if it is set; has the rest wait.
void EventPipeline::concluded(WorkerCall& call, std::size_t done, const plugin::CallFailure* last) {
  auto* endpoint = _replies.directory.find(call.endpoint);
  if (!endpoint) return;
  const auto answered = done + (last ? 1 : 0);
  for (std::size_t i = 0; i < answered; ++i) {
    auto& step = call.steps[i];
    const auto attachments = step.event.attachmentViews();
    const auto* const failure = i == done ? last : step.failure ? &*step.failure : nullptr;
    const IncomingEvent event{step.event.name, step.event.args, attachments, step.event.ticket, step.event.received};
    if (call.progress.stages) {
      const auto result = _stages.completed(*endpoint, event, call, failure);
      if (result.refusal) {
        answerFailure(*endpoint, event, *result.refusal);
      } else {
        pass(*endpoint, event, std::move(call.progress));
      }
      return next(*endpoint);
    }
    if (failure) {
      answerFailure(*endpoint, event, *failure);
    } else if (endpoint->pendingAnswers > 0) {
      follow(*endpoint, {std::move(step.event), step.acknowledged, step.handler, call.plugin, std::move(step.reply)});
    } else {
      LoopReply reply(_replies, *endpoint, event, &call.plugin->sockets(), step.acknowledged);
      const bool mayIdentify = step.reply.changesCaller();
      const auto late = step.reply.takeLate();
      step.reply.playTo(reply);
      if (mayIdentify) _ends.checkRevoked(*endpoint, call.revoked);
      if (late) {
        _late.add(*endpoint, {std::move(step.event), reply.acknowledged(), step.handler, nullptr, {}, {}, late});
      }
    }
  }
  for (auto i = call.steps.size(); i > answered; --i) {
    endpoint->waiting().push_front(std::move(call.steps[i - 1].event));
  }
  endpoint->running = false;
  next(*endpoint);
}

void EventPipeline::answered(Endpoint& endpoint, LateAnswers::Answer& answer) {
  const auto attachments = answer.event.attachmentViews();
  const IncomingEvent event{answer.event.name, answer.event.args, attachments, answer.event.ticket};
  if (answer.failure) return tellFailure(endpoint, event, *answer.failure);
  auto& plugin = answer.late ? *answer.late->plugin : *answer.plugin;
  LoopReply reply(_replies, endpoint, event, &plugin.sockets(), answer.acknowledged);
  answer.reply.playTo(reply);
}

void EventPipeline::rested(Endpoint& endpoint) {
  if (!endpoint.running) next(endpoint);
}

bool EventPipeline::mayBegin(const Endpoint& endpoint, std::string_view event) {
  if (endpoint.pendingAnswers == 0) return true;
  const auto* route = _calls.table().find(event);
  return _late.mayBegin(endpoint, route ? route->handler : nullptr);
}

// In the order of the socket's events.
void EventPipeline::answerFailure(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure) {
  if (endpoint.pendingAnswers == 0) return tellFailure(endpoint, event, failure);
  LateAnswers::Answer answer{own(event)};
  answer.failure = failure;
  _late.add(endpoint, std::move(answer));
}

void EventPipeline::tellFailure(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure) {
  const auto refusal = explain(failure, event.name, _replies.logger);
  if (endpoint.gone) return;
  LoopReply(_replies, endpoint, event, nullptr)
      .answer(statusOf(refusal.code), errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds));
}

// What waited follows, until some of it goes to a worker.
void EventPipeline::next(Endpoint& endpoint) {
  while (endpoint.hasWaiting() && (!endpoint.running || endpoint.collecting) &&
         mayBegin(endpoint, endpoint.waiting().front().name)) {
    const auto* joined = joining(endpoint, endpoint.waiting().front().name);
    if (endpoint.collecting && !joined) break;
    auto event = std::move(endpoint.waiting().front());
    endpoint.waiting().pop_front();
    if (joined) {
      _workers.collected(endpoint)->steps.push_back({std::move(event), joined->handler, {}, {}, joined->stats.get()});
      continue;
    }
    const auto attachments = event.attachmentViews();
    dispatch(endpoint, {event.name, event.args, attachments, event.ticket, event.received});
  }
  if (endpoint.paused && !endpoint.gone &&
      (!endpoint.hasWaiting() || endpoint.waiting().size() <= _replies.options.waitingEvents / 2)) {
    endpoint.paused = false;
    endpoint.resumeReading();
  }
  if (!endpoint.gone) pauseIfFull(endpoint);  // some may have come back from a worker that has left them
  settle(endpoint);
}

void EventPipeline::pauseIfFull(Endpoint& endpoint) {
  if (endpoint.paused || !endpoint.hasWaiting()) return;
  if (endpoint.waiting().size() < _replies.options.waitingEvents) return;
  endpoint.paused = true;
  endpoint.pauseReading();
}

void EventPipeline::closed(Endpoint& endpoint) {
  endpoint.hold.reset();
  endpoint.drained();
  if (!endpoint.running) next(endpoint);
}

void EventPipeline::settle(Endpoint& endpoint) {
  if (endpoint.running || endpoint.pendingAnswers > 0) return;
  if (!endpoint.hasWaiting()) endpoint.dropWaiting();
  if (!endpoint.gone || endpoint.hasWaiting()) return;
  _owner.ended(endpoint);
}

}  // namespace chat::gateway
