#include "gateway/Shard.h"

#include <chrono>
#include <utility>

#include "base/LogCause.h"
#include "base/LogValue.h"
#include "exec/WorkerPool.h"
#include "gateway/ErrorDocument.h"
#include "gateway/EventRequest.h"
#include "gateway/Farewell.h"
#include "gateway/IdentityDocument.h"
#include "gateway/Recovery.h"
#include "gateway/SocketEndpoint.h"
#include "net/Loop.h"
#include "plugin/run/Generation.h"
#include "socketio/Client.h"

namespace chat::gateway {
namespace {

OwnedEvent own(const IncomingEvent& event) {
  return {std::string(event.name),
          std::string(event.args),
          {event.attachments.begin(), event.attachments.end()},
          event.ticket};
}

std::vector<std::string_view> viewsOf(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

Shard::Shard(net::Loop& loop, const SharedParts& shared)
    : _loop(loop),
      _shared(shared),
      _calls(loop, shared.tables, shared.logger),
      _handshakes(_calls),
      _expiries(loop, [this](Endpoint& endpoint) { _identityEnds.checkExpiry(endpoint); }),
      _directory(loop.index(), shared.users, &_expiries),
      _identityEnds(*this),
      _outgoing(_calls),
      _delivery(loop, _directory, _identityEnds, _outgoing, shared.options),
      _admissions(*this),
      _recovery(shared.recovery ? std::make_unique<Recovery>(*this, *shared.recovery) : nullptr),
      _queries(*this),
      _replyParts{_directory, shared.emitter, _outgoing, shared.options, shared.logger},
      _anonymous(loop, _directory, shared.options.anonymousTimeout),
      _workerCalls(loop, [this](TimedCall& call) { overdue(static_cast<WorkerCall&>(call)); }),
      _roles(_calls, shared.admissions),
      _replays(_calls, shared.replays) {}

Shard::~Shard() = default;

// --- events ---

Endpoint& Shard::open(std::unique_ptr<Endpoint> endpoint) {
  _anonymous.opened();
  return _directory.add(std::move(endpoint));
}

void Shard::receive(Endpoint& endpoint, const IncomingEvent& event) {
  if (_draining) return;
  if (endpoint.running || endpoint.hasWaiting()) {
    if (const auto* route = endpoint.hasWaiting() ? nullptr : joining(endpoint, event.name)) {
      endpoint.collecting->steps.push_back({own(event), route->handler, {}, {}, route->stats.get()});
      return;
    }
    endpoint.waiting().push_back(own(event));
    if (!endpoint.paused && endpoint.waiting().size() >= _shared.options.waitingEvents) {
      endpoint.paused = true;
      endpoint.pauseReading();
    }
    return;
  }
  dispatch(endpoint, event);
  if (endpoint.gone) settle(endpoint);
}

void Shard::dispatch(Endpoint& endpoint, const IncomingEvent& event) {
  _identityEnds.checkExpiry(endpoint);
  if (endpoint.ownAuth && event.name == "auth") return authenticate(endpoint, event);
  const auto& stages = _calls.table().stages();
  if (stages) return pass(endpoint, event, {stages, 0, false});
  handle(endpoint, event, false);
}

void Shard::handle(Endpoint& endpoint, const IncomingEvent& event, bool acknowledged) {
  if (auto [route, guard] = _calls.enter(event.name); route) {
    if (const auto refusal = _calls.refusalOf(*route->plugin, *route->stats)) {
      return answerFailure(endpoint, event, *refusal);
    }
    if (runsInline(*route)) return runInline(endpoint, event, *route, acknowledged);
    auto call = callFor(endpoint, event, route->plugin, std::move(guard));
    auto& step = call->steps.front();
    step.handler = route->handler;
    step.stats = route->stats.get();
    step.acknowledged = acknowledged;
    return collect(endpoint, std::move(call));
  }
  if (acknowledged) return;
  _counters.unknownEvents.add();
  if (endpoint.gone) return;
  endpoint.acknowledge(event.ticket, statusOf(404),
                       errorDocument(404, "Nothing here handles the event \"" + std::string(event.name) + "\"."));
}

void Shard::runInline(Endpoint& endpoint, const IncomingEvent& event, const plugin::EventRoute& route,
                      bool acknowledged) {
  // What the handler does may have the table, and with it the route, replaced. The guard keeps the plugin.
  auto& plugin = *route.plugin;
  endpoint.running = true;
  const EventRequest request(event.name, event.args, event.attachments, event.ticket.wanted(), endpoint);
  LoopReply reply(_replyParts, endpoint, event, &plugin.sockets(), acknowledged);
  const auto failure = _calls.callInline(*route.stats, plugin, InlineMark::OnStall::Moves,
                                         [&] { route.handler->handle(request, reply); });
  endpoint.running = false;
  if (failure) answerFailure(endpoint, event, *failure);
}

std::unique_ptr<WorkerCall> Shard::callFor(Endpoint& endpoint, const IncomingEvent& event,
                                           const std::shared_ptr<plugin::Generation>& plugin, plugin::CallGuard guard) {
  auto call = std::make_unique<WorkerCall>();
  _workerCalls.prepare(*call);
  call->revoked = _directory.watchRevocations();
  call->endpoint = endpoint.handle;
  call->caller = endpoint.snapshot();
  call->plugin = plugin;
  call->sendable.emplace(_shared.options);
  call->guard = std::move(guard);
  call->steps.push_back({own(event), nullptr, {}, {}});
  return call;
}

// What a client sends in one turn goes to the workers together.
void Shard::collect(Endpoint& endpoint, std::unique_ptr<WorkerCall> call) {
  endpoint.running = true;
  endpoint.collecting = call.get();
  if (_collected.empty()) _loop.defer([this] { submitCollected(); });
  _collected.push_back(std::move(call));
}

// The way that an event takes along with those already collected, of the same plugin and for the same somebody;
// null where it must wait for them.
const plugin::EventRoute* Shard::joining(Endpoint& endpoint, std::string_view event) {
  if (!endpoint.collecting || (endpoint.ownAuth && event == "auth")) return nullptr;
  _identityEnds.checkExpiry(endpoint);
  const auto& table = _calls.table();
  const auto* route = table.stages() ? nullptr : table.find(event);
  if (!route || runsInline(*route)) return nullptr;
  return endpoint.collecting->takes(*route->plugin, endpoint) ? route : nullptr;
}

void Shard::submitCollected() {
  exec::WorkerPool* unnotified = nullptr;
  for (auto& call : std::exchange(_collected, {})) {
    if (auto* endpoint = _directory.find(call->endpoint)) endpoint->collecting = nullptr;
    auto& workers = call->plugin->workers();
    if (unnotified && unnotified != &workers) unnotified->notify();
    unnotified = &workers;
    auto& submitted = *call;
    auto task = taskOf(std::move(call));
    // It is concluded in a task of this loop, so not before this one ends.
    if (workers.trySubmit(std::move(task), exec::WorkerPool::Notify::Later)) {
      _workerCalls.add(submitted);
    } else {
      refuse(submitted);
    }
  }
  if (unnotified) unnotified->notify();
}

base::Task Shard::taskOf(std::unique_ptr<WorkerCall> call) {
  return [this, call = std::move(call)]() mutable {
    call->run();
    _loop.post([this, call = std::move(call)] { complete(*call); });
  };
}

void Shard::refuse(WorkerCall& call) {
  for (auto& step : call.steps) step.failure = _calls.queueFull(*call.plugin, *step.stats);
  conclude(call, call.steps.size(), nullptr);
}

void Shard::complete(WorkerCall& call) {
  _workerCalls.remove(call);
  if (call.isReplaced) call.plugin->workers().stuckReturned();
  if (call.isOverdue) return;
  for (std::size_t i = 0; i < call.done; ++i) {
    const auto& step = call.steps[i];
    _calls.ended(*step.stats, *call.plugin, step.took, step.failure);
  }
  conclude(call, call.done, nullptr);
}

// The client isn't kept waiting; what the step that runs still does is dropped. Until it ends its thread has a
// substitute. After a step that took so long the worker looks at no other.
void Shard::overdue(WorkerCall& call) {
  const auto current = static_cast<std::size_t>(call.current.get());
  const auto& step = call.steps[current];
  for (std::size_t i = 0; i < current; ++i) {
    _calls.ended(*call.steps[i].stats, *call.plugin, call.steps[i].took, call.steps[i].failure);
  }
  call.isReplaced = _calls.tooLong(
      *step.stats, *call.plugin, call.plugin->workers(),
      "the handler of " + base::logValue(step.event.name) + " " + overItsTime(*call.plugin) + "; answered 504");
  const auto tooLong = plugin::tookTooLong();
  conclude(call, current, &tooLong);
}

// Answers the steps that were done, the one after them with `last` where there is one, and has the rest wait.
void Shard::conclude(WorkerCall& call, std::size_t done, const plugin::CallFailure* last) {
  auto* endpoint = _directory.find(call.endpoint);
  if (!endpoint) return;
  const auto answered = done + (last ? 1 : 0);
  for (std::size_t i = 0; i < answered; ++i) {
    auto& step = call.steps[i];
    const auto attachments = viewsOf(step.event.attachments);
    const auto* const failure = i == done ? last : step.failure ? &*step.failure : nullptr;
    const IncomingEvent event{step.event.name, step.event.args, attachments, step.event.ticket};
    if (call.passage.stages) {
      completeStage(*endpoint, event, call, failure);
      return next(*endpoint);
    }
    if (failure) {
      answerFailure(*endpoint, event, *failure);
    } else {
      LoopReply reply(_replyParts, *endpoint, event, &call.plugin->sockets(), step.acknowledged);
      const bool mayIdentify = step.reply.changesCaller();
      step.reply.playTo(reply);
      if (mayIdentify) _identityEnds.checkRevoked(*endpoint, call.revoked);
    }
  }
  for (auto i = call.steps.size(); i > answered; --i) {
    endpoint->waiting().push_front(std::move(call.steps[i - 1].event));
  }
  endpoint->running = false;
  next(*endpoint);
}

void Shard::answerFailure(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure) {
  const auto refusal = explain(failure, event.name, _shared.logger);
  if (endpoint.gone) return;
  LoopReply(_replyParts, endpoint, event, nullptr)
      .answer(statusOf(refusal.code), errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds));
}

// What waited follows, until some of it goes to a worker.
void Shard::next(Endpoint& endpoint) {
  while (endpoint.hasWaiting() && (!endpoint.running || endpoint.collecting)) {
    const auto* joined = joining(endpoint, endpoint.waiting().front().name);
    if (endpoint.collecting && !joined) break;
    auto event = std::move(endpoint.waiting().front());
    endpoint.waiting().pop_front();
    if (joined) {
      endpoint.collecting->steps.push_back({std::move(event), joined->handler, {}, {}, joined->stats.get()});
      continue;
    }
    const std::vector<std::string_view> attachments(event.attachments.begin(), event.attachments.end());
    dispatch(endpoint, {event.name, event.args, attachments, event.ticket});
  }
  if (endpoint.paused && !endpoint.gone &&
      (!endpoint.hasWaiting() || endpoint.waiting().size() <= _shared.options.waitingEvents / 2)) {
    endpoint.paused = false;
    endpoint.resumeReading();
  }
  settle(endpoint);
}

void Shard::settle(Endpoint& endpoint) {
  if (endpoint.running) return;
  if (!endpoint.hasWaiting()) endpoint.dropWaiting();
  if (!endpoint.gone || endpoint.hasWaiting()) return;
  auto owned = std::shared_ptr<Endpoint>(_directory.remove(endpoint.handle));
  if (!owned) return;
  if (owned->admitted) submit(Farewell::call(*owned, *this));
  _loop.defer([owned = std::move(owned)] {});  // it may be in use further up
}

void Shard::submit(std::unique_ptr<ConnectionCall> farewell) {
  if (!farewell || _roles.submit(std::move(farewell))) return;
  if (_draining && std::exchange(_toldOfUnrunFarewells, true)) return;
  base::warnCause(_shared.logger, "disconnect handlers",
                  _draining ? "the disconnect handlers of sockets are not run any more: the server ends"
                            : "the disconnect handlers of a socket were not run: too many wait already");
}

void Shard::leaving(Endpoint& endpoint, std::string_view reason) {
  endpoint.leaveReason = reason;
  Farewell::begin(endpoint, *this);
}

void Shard::closed(Endpoint& endpoint, std::string_view reason) {
  endpoint.leaveReason = reason;
  endpoint.hold.reset();
  endpoint.drained();
  if (!endpoint.running) next(endpoint);
}

// The plain endpoint's way to show a token on an open connection.
void Shard::authenticate(Endpoint& endpoint, const IncomingEvent& event) {
  _admissions.admit(endpoint, event.args.empty() ? std::string_view("{}") : event.args, _directory.watchRevocations(),
                    [this, ticket = event.ticket](Endpoint& asking, const AdmissionVerdict& verdict) {
                      const IncomingEvent answered{"auth", {}, {}, ticket};
                      LoopReply reply(_replyParts, asking, answered, nullptr);
                      if (verdict.failure) {
                        const auto refusal = explain(*verdict.failure, "auth", _shared.logger);
                        return reply.answer(statusOf(refusal.code),
                                            errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds));
                      }
                      if (!asking.who) return reply.answer(statusOf(401), errorDocument(401, "A token is needed."));
                      reply.answer(0, identityDocument(*asking.who));
                    });
}

void Shard::onConnecting(socketio::Socket& socket, std::string_view auth) {
  auto& endpoint = static_cast<SocketEndpoint&>(open(std::make_unique<SocketEndpoint>(socket)));
  SocketEndpoint::link(socket, endpoint);
  _counters.sockets.add();
  auto asked = _recovery && !socket.client().isLegacy() ? Recovery::asked(auth) : std::nullopt;
  auto revoked = _directory.watchRevocations();
  if (!asked) return ask(endpoint, auth, revoked);
  endpoint.running = true;
  _recovery->claim(*asked, endpoint.nsp(),
                   [this, handle = endpoint.handle, auth = std::string(auth), revoked = std::move(revoked),
                    offset = std::move(asked->offset)](std::unique_ptr<RecoverableSession> session) {
                     auto& back = static_cast<SocketEndpoint&>(*_directory.find(handle));
                     back.running = false;
                     if (back.gone) {
                       if (session) _recovery->giveBack(std::move(session));
                       return next(back);
                     }
                     if (session) {
                       session->away()->offset = offset;
                       _recovery->restore(back, std::move(session));
                     }
                     ask(back, auth, revoked);
                   });
}

bool Shard::mayServe(std::string_view) {
  return !_calls.table().namespaces().empty();
}

void Shard::ask(SocketEndpoint& endpoint, std::string_view auth, const Revocations::Watch& revoked) {
  _admissions.admit(endpoint, auth, revoked, [this](Endpoint& decided, const AdmissionVerdict& verdict) {
    auto& asking = static_cast<SocketEndpoint&>(decided);
    const auto& failure = verdict.failure;
    if (!failure) {
      auto& socket = asking.socket();
      if (verdict.isNamespaceRefused || !_delivery.server().serve(socket.nsp())) return socket.refuseNamespace();
      decided.admitted = true;
      if (_recovery && !socket.client().isLegacy()) return _recovery->enter(asking);
      return socket.accept();
    }
    const auto refusal = explain(*failure, "connect", _shared.logger);
    asking.socket().refuse(refusal.detail, refusal.data.empty()
                                               ? errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds)
                                               : refusal.data);
  });
}

// --- Socket.IO ---

void Shard::onEvent(socketio::Socket& socket, const socketio::EventView& event) {
  receive(SocketEndpoint::of(socket),
          {event.name, event.args, event.attachments, {event.ackId, std::string(event.ackDigits)}});
}

void Shard::onDisconnecting(socketio::Socket& socket, socketio::DisconnectReason reason) {
  auto& endpoint = SocketEndpoint::of(socket);
  leaving(endpoint, socketio::name(reason));
  _counters.disconnects[static_cast<std::size_t>(reason)].add();
  if (_recovery) _recovery->leave(endpoint, reason);
}

void Shard::onGone(socketio::Socket& socket) {
  auto& endpoint = SocketEndpoint::of(socket);
  if (endpoint.recovery) _recovery->giveBack(std::move(endpoint.recovery));
  endpoint.leave();
  closed(endpoint, endpoint.leaveReason);
}

void Shard::onDrained(socketio::Socket& socket) {
  SocketEndpoint::of(socket).drained();
}

}  // namespace chat::gateway
