#include "gateway/Shard.h"

#include <utility>

#include "exec/WorkerPool.h"
#include "gateway/ErrorDocument.h"
#include "gateway/EventRequest.h"
#include "gateway/IdentityDocument.h"
#include "gateway/LoopReply.h"
#include "gateway/SocketEndpoint.h"
#include "net/Loop.h"
#include "plugin/Generation.h"

namespace chat::gateway {
namespace {

OwnedEvent own(const IncomingEvent& event) {
  return {std::string(event.name),
          std::string(event.args),
          {event.attachments.begin(), event.attachments.end()},
          event.ticket};
}

constexpr int MaxAttempts = 16;

}  // namespace

Shard::Shard(net::Loop& loop, const SharedParts& shared)
    : _loop(loop),
      _shared(shared),
      _tables(shared.tables),
      _directory(loop.index()),
      _delivery(loop, _directory, shared.options),
      _admissions(*this) {}

Shard::~Shard() = default;

// --- events ---

Endpoint& Shard::open(std::unique_ptr<Endpoint> endpoint) {
  return _directory.add(std::move(endpoint));
}

void Shard::receive(Endpoint& endpoint, const IncomingEvent& event) {
  if (_draining) return;
  if (endpoint.running || endpoint.hasWaiting()) {
    if (auto* handler = endpoint.hasWaiting() ? nullptr : joining(endpoint, event.name)) {
      endpoint.collecting->steps.push_back({own(event), handler, {}, {}});
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
  _delivery.checkExpiry(endpoint);
  if (endpoint.ownAuth && event.name == "auth") return authenticate(endpoint, event);
  // A plugin that is being replaced lets nobody in; the table has its successor then, or nobody. Each further turn means
  // one more replacement in the same moment.
  for (int attempt = 0; attempt < MaxAttempts; ++attempt) {
    const auto* route = _tables.current().find(event.name);
    if (!route) break;
    auto guard = route->plugin->enter();
    if (!guard) continue;
    if (route->execution == plugin::Execution::Inline) return runInline(endpoint, event, *route->handler);
    return collect(endpoint, event, *route, std::move(guard));
  }
  if (endpoint.gone) return;
  endpoint.acknowledge(event.ticket, statusOf(404),
                       errorDocument(404, "Nothing here handles the event \"" + std::string(event.name) + "\"."));
}

void Shard::runInline(Endpoint& endpoint, const IncomingEvent& event, plugin::EventHandler& handler) {
  endpoint.running = true;
  const EventRequest request(event.name, event.args, event.attachments, event.ticket.wanted(), endpoint);
  LoopReply reply(_directory, endpoint, event.name, event.ticket, event.attachments);
  const auto failure = plugin::callPlugin([&] { handler.handle(request, reply); });
  endpoint.running = false;
  if (failure) answerFailure(endpoint, event, *failure);
}

// What a client sends in one turn goes to the workers together.
void Shard::collect(Endpoint& endpoint, const IncomingEvent& event, const plugin::EventRoute& route,
                    plugin::CallGuard guard) {
  auto call = std::make_unique<WorkerCall>();
  call->endpoint = endpoint.handle;
  call->caller = endpoint.snapshot();
  call->plugin = route.plugin;
  call->guard = std::move(guard);
  call->steps.push_back({own(event), route.handler, {}, {}});
  endpoint.running = true;
  endpoint.collecting = call.get();
  if (_collected.empty()) _loop.defer([this] { submitCollected(); });
  _collected.push_back(std::move(call));
}

// The handler that an event goes to along with those already collected, of the same plugin and for the same somebody;
// null where it must wait for them.
plugin::EventHandler* Shard::joining(Endpoint& endpoint, std::string_view event) {
  if (!endpoint.collecting || (endpoint.ownAuth && event == "auth")) return nullptr;
  _delivery.checkExpiry(endpoint);
  const auto* route = _tables.current().find(event);
  if (!route || route->execution == plugin::Execution::Inline) return nullptr;
  return endpoint.collecting->takes(*route->plugin, endpoint.who) ? route->handler : nullptr;
}

void Shard::submitCollected() {
  exec::WorkerPool* unnotified = nullptr;
  for (auto& call : std::exchange(_collected, {})) {
    if (auto* endpoint = _directory.find(call->endpoint)) endpoint->collecting = nullptr;
    auto& workers = call->plugin->workers();
    if (unnotified && unnotified != &workers) unnotified->notify();
    unnotified = &workers;
    auto& submitted = *call;
    base::Task task = [this, call = std::move(call)]() mutable {
      call->run();
      _loop.post([this, call = std::move(call)] { complete(*call); });
    };
    if (!workers.trySubmit(std::move(task), exec::WorkerPool::Notify::Later)) refuse(submitted);
  }
  if (unnotified) unnotified->notify();
}

void Shard::refuse(WorkerCall& call) {
  const plugin::CallFailure busy{plugin::CallFailure::Kind::Refusal, 503, std::string(Busy), {}};
  for (auto& step : call.steps) step.failure = busy;
  call.done = call.steps.size();
  complete(call);
}

void Shard::complete(WorkerCall& call) {
  auto* endpoint = _directory.find(call.endpoint);
  if (!endpoint) return;
  for (std::size_t i = 0; i < call.done; ++i) {
    auto& step = call.steps[i];
    const std::vector<std::string_view> attachments(step.event.attachments.begin(), step.event.attachments.end());
    if (step.failure) {
      answerFailure(*endpoint, {step.event.name, step.event.args, attachments, step.event.ticket}, *step.failure);
    } else {
      LoopReply reply(_directory, *endpoint, step.event.name, step.event.ticket, attachments);
      step.reply.playTo(reply);
    }
  }
  for (auto i = call.steps.size(); i > call.done; --i) {
    endpoint->waiting().push_front(std::move(call.steps[i - 1].event));
  }
  endpoint->running = false;
  next(*endpoint);
}

void Shard::answerFailure(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure) {
  const auto refusal = explain(failure, event.name, _shared.logger);
  if (endpoint.gone) return;
  const AckTicket& ticket = event.ticket;
  LoopReply(_directory, endpoint, event.name, ticket, {})
      .answer(statusOf(refusal.code), errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds));
}

// What waited follows, until some of it goes to a worker.
void Shard::next(Endpoint& endpoint) {
  while (endpoint.hasWaiting() && (!endpoint.running || endpoint.collecting)) {
    auto* joined = joining(endpoint, endpoint.waiting().front().name);
    if (endpoint.collecting && !joined) break;
    auto event = std::move(endpoint.waiting().front());
    endpoint.waiting().pop_front();
    if (joined) {
      endpoint.collecting->steps.push_back({std::move(event), joined, {}, {}});
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
  if (owned->admitted && !_tables.current().disconnects().empty()) {
    auto routes = _tables.current().disconnects();
    auto task = base::Task([caller = owned->snapshot(), reason = owned->leaveReason, routes = std::move(routes),
                            &logger = _shared.logger]() mutable {
      for (const auto& route : routes) {
        const auto guard = route.plugin->enter();
        if (!guard) continue;
        const auto failure = plugin::callPlugin([&] { route.handler->disconnected(*caller, reason); });
        if (failure) explain(*failure, "disconnect", logger);
      }
    });
    if (!_shared.admissions.trySubmit(std::move(task))) {
      poco_warning(_shared.logger, "the disconnect handlers of a socket were not run: too many wait already");
    }
  }
  _loop.defer([owned = std::move(owned)] {});  // it may be in use further up
}

void Shard::closed(Endpoint& endpoint, std::string_view reason) {
  endpoint.leaveReason = reason;
  endpoint.hold.reset();
  endpoint.drained();
  if (!endpoint.running) next(endpoint);
}

// The plain endpoint's way to show a token on an open connection.
void Shard::authenticate(Endpoint& endpoint, const IncomingEvent& event) {
  _admissions.admit(endpoint, event.args.empty() ? std::string_view("{}") : event.args,
                    [this, ticket = event.ticket](Endpoint& asking, const std::optional<plugin::CallFailure>& failure) {
                      LoopReply reply(_directory, asking, "auth", ticket, {});
                      if (failure) {
                        const auto refusal = explain(*failure, "auth", _shared.logger);
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
  _admissions.admit(endpoint, auth, [this](Endpoint& decided, const std::optional<plugin::CallFailure>& failure) {
    auto& asking = static_cast<SocketEndpoint&>(decided).socket();
    if (!failure) {
      decided.admitted = true;
      return asking.accept();
    }
    const auto refusal = explain(*failure, "connect", _shared.logger);
    asking.refuse(refusal.detail, failure->data.empty()
                                      ? errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds)
                                      : failure->data);
  });
}

// --- Socket.IO ---

void Shard::onEvent(socketio::Socket& socket, const socketio::EventView& event) {
  receive(SocketEndpoint::of(socket), {event.name, event.args, event.attachments, {event.ackId, {}}});
}

void Shard::onDisconnecting(socketio::Socket& socket, socketio::DisconnectReason reason) {
  SocketEndpoint::of(socket).leaveReason = socketio::name(reason);
}

void Shard::onGone(socketio::Socket& socket) {
  auto& endpoint = SocketEndpoint::of(socket);
  endpoint.leave();
  closed(endpoint, std::string(endpoint.leaveReason));
}

void Shard::onDrained(socketio::Socket& socket) {
  SocketEndpoint::of(socket).drained();
}

}  // namespace chat::gateway
