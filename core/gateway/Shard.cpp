#include "gateway/Shard.h"

#include <algorithm>
#include <utility>

#include "exec/WorkerPool.h"
#include "gateway/ErrorDocument.h"
#include "gateway/EventRequest.h"
#include "gateway/IdentityDocument.h"
#include "gateway/LoopReply.h"
#include "gateway/ReplayRun.h"
#include "gateway/SocketEndpoint.h"
#include "net/Loop.h"
#include "plugin/Generation.h"
#include "socketio/Namespace.h"

namespace chat::gateway {
namespace {

class EndpointLink final : public socketio::SocketData {
 public:
  explicit EndpointLink(SocketEndpoint& linked) : endpoint(linked) {}
  SocketEndpoint& endpoint;
};

SocketEndpoint& endpointOf(const socketio::Socket& socket) {
  return static_cast<EndpointLink*>(socket.data())->endpoint;
}

/// The rooms that a target of one namespace names; views the target.
class Selection {
 public:
  explicit Selection(const plugin::Target& target)
      : _rooms(target.rooms.begin(), target.rooms.end()),
        _except(target.exceptRooms.begin(), target.exceptRooms.end()) {
    if (target.kind == plugin::Target::Kind::Socket) _rooms.assign(1, target.socketId);
    if (!target.exceptSocketId.empty()) _except.push_back(target.exceptSocketId);
  }
  socketio::RoomSelection view() const noexcept { return {_rooms, _except}; }

 private:
  std::vector<std::string_view> _rooms;
  std::vector<std::string_view> _except;
};

OwnedEvent own(const IncomingEvent& event) {
  return {std::string(event.name),
          std::string(event.args),
          {event.attachments.begin(), event.attachments.end()},
          event.ticket};
}

constexpr std::string_view Busy = "The server has more to do than it can take just now; nothing was done, try again.";

}  // namespace

struct Shard::WorkerCall {
  EndpointHandle endpoint;
  std::shared_ptr<const CallerSnapshot> caller;
  OwnedEvent event;
  std::shared_ptr<plugin::Generation> plugin;
  plugin::CallGuard guard;
  plugin::EventHandler* handler;
  RecordedReply reply;
  std::optional<plugin::CallFailure> failure;

  void run() {
    const std::vector<std::string_view> attachments(event.attachments.begin(), event.attachments.end());
    const EventRequest request(event.name, event.args, attachments, event.ticket.wanted(), *caller);
    failure = plugin::callPlugin([&] { handler->handle(request, reply); });
    if (failure) reply.clear();
    guard = {};
  }
};

Shard::Shard(net::Loop& loop, const SharedParts& shared)
    : _loop(loop), _shared(shared), _tables(shared.tables), _directory(loop.index()) {}

Shard::~Shard() = default;

// --- events ---

Endpoint& Shard::open(std::unique_ptr<Endpoint> endpoint) {
  return _directory.add(std::move(endpoint));
}

void Shard::receive(Endpoint& endpoint, const IncomingEvent& event) {
  if (_draining) return;
  if (endpoint.running || endpoint.hasWaiting()) {
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
  checkExpiry(endpoint);
  if (endpoint.ownAuth && event.name == "auth") return authenticate(endpoint, event);
  // A plugin that is being replaced lets nobody in; the table has its successor then, or nobody.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto* route = _tables.current().find(event.name);
    if (!route) break;
    auto guard = route->plugin->enter();
    if (!guard) continue;
    if (route->execution == plugin::Execution::Inline) return runInline(endpoint, event, *route->handler);
    return submit(endpoint, event, *route, std::move(guard));
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

void Shard::submit(Endpoint& endpoint, const IncomingEvent& event, const plugin::EventRoute& route,
                   plugin::CallGuard guard) {
  auto call = std::make_unique<WorkerCall>(WorkerCall{
      endpoint.handle, endpoint.snapshot(), own(event), route.plugin, std::move(guard), route.handler, {}, {}});
  endpoint.running = true;
  base::Task task = [this, call = std::move(call)]() mutable {
    call->run();
    _loop.post([this, call = std::move(call)] { complete(*call); });
  };
  if (route.plugin->workers().trySubmit(std::move(task))) return;
  endpoint.running = false;
  answerFailure(endpoint, event, {plugin::CallFailure::Kind::Refusal, 503, std::string(Busy), {}});
}

void Shard::complete(WorkerCall& call) {
  auto* endpoint = _directory.find(call.endpoint);
  if (!endpoint) return;
  const std::vector<std::string_view> attachments(call.event.attachments.begin(), call.event.attachments.end());
  if (call.failure) {
    answerFailure(*endpoint, {call.event.name, call.event.args, attachments, call.event.ticket}, *call.failure);
  } else {
    LoopReply reply(_directory, *endpoint, call.event.name, call.event.ticket, attachments);
    call.reply.playTo(reply);
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

// What waited follows, until one of it goes to a worker.
void Shard::next(Endpoint& endpoint) {
  while (!endpoint.running && endpoint.hasWaiting()) {
    const auto event = std::move(endpoint.waiting().front());
    endpoint.waiting().pop_front();
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

void Shard::checkExpiry(Endpoint& endpoint) {
  if (endpoint.who && endpoint.who->expires && *endpoint.who->expires <= _loop.clock().wallTime()) {
    _directory.identify(endpoint, nullptr);
  }
}

// --- admission ---

void Shard::admit(Endpoint& endpoint, std::string_view auth, Decided decided) {
  const auto& routes = _tables.current().connects();
  if (routes.empty()) return decided(endpoint, std::nullopt);
  auto call = std::make_unique<AdmissionCall>();
  call->endpoint = endpoint.handle;
  call->who = std::make_shared<CallerSnapshot>(*endpoint.snapshot());
  call->payload = auth;
  call->routes = routes;
  call->decided = decided;
  endpoint.running = true;
  base::Task task = [this, call = std::move(call)]() mutable {
    call->run();
    _loop.post([this, call = std::move(call)] { admitted(*call); });
  };
  if (_shared.admissions.trySubmit(std::move(task))) return;
  endpoint.running = false;
  decided(endpoint, plugin::CallFailure{plugin::CallFailure::Kind::Refusal, 503, std::string(Busy), {}});
}

void Shard::admitted(AdmissionCall& call) {
  auto* endpoint = _directory.find(call.endpoint);
  if (!endpoint) return;
  endpoint->running = false;
  if (endpoint->gone) return settle(*endpoint);
  const auto handle = endpoint->handle;
  const bool replays = !call.failure && !call.replays.empty();
  if (!call.failure) {
    if (call.identified) _directory.identify(*endpoint, call.who->who);
    if (replays) endpoint->hold = std::make_unique<Endpoint::Hold>();
  }
  call.decided(*endpoint, call.failure);
  endpoint = _directory.find(handle);
  if (!endpoint) return;
  if (replays && !endpoint->gone) {
    auto run = std::make_shared<ReplayRun>(*this, handle, _shared.options, call.who, std::move(call.payload),
                                           std::move(call.replays), _shared.logger);
    if (!_shared.replays.trySubmit([run] { run->run(); })) {
      // The client reconnects by itself and asks again for what it misses.
      endpoint->drop();
      return;
    }
  }
  next(*endpoint);
}

// The plain endpoint's way to show a token on an open connection.
void Shard::authenticate(Endpoint& endpoint, const IncomingEvent& event) {
  admit(endpoint, event.args.empty() ? std::string_view("{}") : event.args,
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
  socket.setData(std::make_unique<EndpointLink>(endpoint));
  admit(endpoint, auth, [this](Endpoint& decided, const std::optional<plugin::CallFailure>& failure) {
    auto& asking = static_cast<SocketEndpoint&>(decided).socket();
    if (!failure) {
      decided.admitted = true;
      return asking.accept();
    }
    const auto refusal = explain(*failure, "connect", _shared.logger);
    asking.refuse(refusal.detail, errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds));
  });
}

// --- Socket.IO ---

void Shard::onEvent(socketio::Socket& socket, const socketio::EventView& event) {
  receive(endpointOf(socket), {event.name, event.args, event.attachments, {event.ackId, {}}});
}

void Shard::onDisconnecting(socketio::Socket& socket, socketio::DisconnectReason reason) {
  endpointOf(socket).leaveReason = socketio::name(reason);
}

void Shard::onGone(socketio::Socket& socket) {
  auto& endpoint = endpointOf(socket);
  endpoint.leave();
  closed(endpoint, std::string(endpoint.leaveReason));
}

void Shard::onDrained(socketio::Socket& socket) {
  endpointOf(socket).drained();
}

// --- delivery ---

void Shard::deliver(const std::shared_ptr<const Emission>& emission) {
  const auto& target = emission->target;
  if (target.kind == plugin::Target::Kind::User) {
    EncodingCache encodings(*emission);
    for (auto* endpoint : _directory.ofUser(target.user)) deliverTo(*endpoint, encodings, emission);
    return;
  }
  auto* nsp = _server ? _server->find(target.nsp) : nullptr;
  if (!nsp) return;
  nsp->broadcast(Selection(target).view(), *emission->encoded, emission->options.isVolatile);
}

void Shard::deliverTo(Endpoint& endpoint, EncodingCache& encodings, const std::shared_ptr<const Emission>& emission) {
  checkExpiry(endpoint);
  if (endpoint.gone || !endpoint.who) return;
  const auto position = emission->options.position;
  if (position > 0) {
    if (position <= endpoint.lastPosition) return;
    if (auto* hold = endpoint.hold.get()) {
      if (hold->overflowed) return;
      hold->emissions.push_back(emission);
      if (hold->emissions.size() > _shared.options.heldEmits) {
        hold->emissions = {};
        hold->overflowed = true;
      }
      return;
    }
    endpoint.lastPosition = position;
  }
  if (emission->options.isVolatile && !endpoint.writable()) return;
  endpoint.deliver(encodings);
}

void Shard::replay(const EndpointHandle& handle, const Emission& emission, const std::shared_ptr<ReplayFlow>& flow) {
  auto* endpoint = _directory.find(handle);
  if (!endpoint || endpoint->gone || !endpoint->hold) return flow->end();
  if (emission.options.position == 0 || emission.options.position > endpoint->lastPosition) {
    EncodingCache encodings(emission);
    endpoint->deliver(encodings);
    endpoint->lastPosition = std::max(endpoint->lastPosition, emission.options.position);
  }
  const auto size = emission.args.size();
  if (endpoint->backlog() > _shared.options.replayWindow) {
    endpoint->onDrained.emplace_back([flow, size] { flow->give(size); });
  } else {
    flow->give(size);
  }
}

bool Shard::release(const EndpointHandle& handle) {
  auto* endpoint = _directory.find(handle);
  if (!endpoint || endpoint->gone || !endpoint->hold) return true;
  if (endpoint->hold->overflowed) {
    endpoint->hold->overflowed = false;
    return false;
  }
  const auto held = std::move(endpoint->hold->emissions);
  endpoint->hold.reset();
  for (const auto& emission : held) {
    EncodingCache encodings(*emission);
    deliverTo(*endpoint, encodings, emission);
  }
  return true;
}

void Shard::forEach(const plugin::Target& target, const std::function<void(socketio::Socket&)>& call) {
  if (target.kind == plugin::Target::Kind::User) {
    for (auto* endpoint : _directory.ofUser(target.user)) {
      if (auto* socket = dynamic_cast<SocketEndpoint*>(endpoint); socket && !socket->gone) call(socket->socket());
    }
    return;
  }
  auto* nsp = _server ? _server->find(target.nsp) : nullptr;
  if (!nsp) return;
  nsp->forEach(Selection(target).view(), call);
}

void Shard::disconnect(const plugin::Target& target, bool closeConnection) {
  if (target.kind == plugin::Target::Kind::User) {
    for (auto* endpoint : _directory.ofUser(target.user)) {
      if (!endpoint->gone) endpoint->disconnect(closeConnection);
    }
    return;
  }
  forEach(target, [&](socketio::Socket& socket) {
    if (auto& endpoint = endpointOf(socket); !endpoint.gone) endpoint.disconnect(closeConnection);
  });
}

void Shard::revoke(const std::string& credential) {
  for (auto* endpoint : _directory.ofCredential(credential)) _directory.identify(*endpoint, nullptr);
}

}  // namespace chat::gateway
