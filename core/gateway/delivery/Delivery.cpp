#include "gateway/delivery/Delivery.h"

#include <algorithm>
#include <utility>

#include "gateway/emission/Selection.h"
#include "gateway/endpoint/SocketEndpoint.h"
#include "net/Loop.h"
#include "socketio/Namespace.h"
#include "socketio/Server.h"

namespace chat::gateway {

socketio::Namespace* Delivery::find(std::string_view nsp) const noexcept {
  return _server ? _server->find(nsp) : nullptr;
}

/// To the plugins that want to see what leaves.
void Delivery::show(const Emission& emission) {
  if (emission.event.empty()) return;  // made before somebody wanted to
  forEach(emission.target, [&](socketio::Socket& socket) {
    auto& receiver = SocketEndpoint::of(socket);
    if (emission.options.isVolatile && !receiver.writable()) return;
    _outgoing.tell(receiver, emission.event, emission.args);
  });
}

void Delivery::deliver(const std::shared_ptr<const Emission>& emission) {
  const auto& target = emission->target;
  if (target.kind == plugin::Target::Kind::User) {
    EncodingCache encodings(*emission);
    for (auto* endpoint : _directory.ofUser(target.user)) deliverTo(*endpoint, encodings, emission, Time::Due);
    return;
  }
  auto* nsp = find(target.nsp);
  if (!nsp) return;
  if (_outgoing.any()) show(*emission);
  nsp->broadcast(Selection(target).view(), *emission->encoded, emission->options.isVolatile);
}

void Delivery::deliverTo(Endpoint& endpoint, EncodingCache& encodings, const std::shared_ptr<const Emission>& emission,
                         Time time) {
  _ends.checkExpiry(endpoint);
  if (endpoint.gone || !endpoint.who) return;
  const auto position = emission->options.position;
  if (position > 0) {
    if (position <= endpoint.positions.last(emission->stream)) return;
    if (auto* held = endpoint.hold ? endpoint.hold->find(emission->stream) : nullptr) {
      if (held->hasOverflowed) return;
      held->emissions.push_back(emission);
      if (held->emissions.size() > _options.heldEmits) {
        held->emissions = {};
        held->hasOverflowed = true;
      }
      return;
    }
    endpoint.positions.reach(emission->stream, position);
  }
  if (emission->options.isVolatile && !endpoint.writable()) return;
  if (_outgoing.any()) _outgoing.tell(endpoint, emission->event, emission->args);
  if (time == Time::Late) return sendLate(endpoint, encodings);
  endpoint.deliver(encodings);
}

// The offset of such an event must not lead a client back to where it was when the event was emitted.
void Delivery::sendLate(Endpoint& endpoint, EncodingCache& encodings) {
  if (!endpoint.recovery) return endpoint.deliver(encodings);
  const auto& emission = encodings.emission();
  static_cast<SocketEndpoint&>(endpoint).emitRecoverable(emission.event, emission.args, emission.attachmentViews(),
                                                         emission.options, emission.stream);
}

void Delivery::replay(const EndpointHandle& handle, const Emission& emission, const std::shared_ptr<ReplayFlow>& flow) {
  auto* endpoint = _directory.find(handle);
  if (endpoint) _ends.checkExpiry(*endpoint);
  if (!endpoint || endpoint->gone || !endpoint->hold || !endpoint->hold->find(emission.stream)) return flow->end();
  if (emission.options.position == 0 || emission.options.position > endpoint->positions.last(emission.stream)) {
    EncodingCache encodings(emission);
    if (_outgoing.any()) _outgoing.tell(*endpoint, emission.event, emission.args);
    sendLate(*endpoint, encodings);
    endpoint->positions.reach(emission.stream, emission.options.position);
  }
  const auto size = emission.args.size();
  if (endpoint->backlog() <= _options.replayWindow) return flow->give(size);
  // What was sent in this turn has yet to be offered to the kernel. What it takes at once nobody tells of afterwards.
  _loop.post([this, handle, flow, size] {
    auto* receiver = _directory.find(handle);
    if (!receiver || receiver->gone) return flow->end();
    if (receiver->backlog() <= _options.replayWindow) return flow->give(size);
    receiver->onDrained.emplace_back([flow, size] { flow->give(size); });
  });
}

bool Delivery::release(const EndpointHandle& handle, plugin::Stream stream, std::uint64_t upTo) {
  auto* endpoint = _directory.find(handle);
  auto* held = endpoint && !endpoint->gone && endpoint->hold ? endpoint->hold->find(stream) : nullptr;
  if (!held) return true;
  if (std::exchange(held->hasOverflowed, false)) return false;
  endpoint->positions.reach(stream, upTo);
  if (--held->replays > 0) return true;  // the plugin has another that is to come
  const auto emissions = std::move(held->emissions);
  auto& streams = endpoint->hold->streams;
  streams.erase(streams.begin() + (held - streams.data()));
  if (streams.empty()) endpoint->hold.reset();
  for (const auto& emission : emissions) {
    EncodingCache encodings(*emission);
    deliverTo(*endpoint, encodings, emission, Time::Late);
  }
  return true;
}

void Delivery::forEach(const plugin::Target& target, const std::function<void(socketio::Socket&)>& call) {
  if (target.kind == plugin::Target::Kind::User) {
    for (auto* endpoint : _directory.ofUser(target.user)) {
      if (auto* socket = dynamic_cast<SocketEndpoint*>(endpoint); socket && !socket->gone) call(socket->socket());
    }
    return;
  }
  auto* nsp = find(target.nsp);
  if (!nsp) return;
  nsp->forEach(Selection(target).view(), call);
}

void Delivery::forEachEndpoint(const plugin::Target& target, const std::function<void(Endpoint&)>& call) {
  if (target.kind != plugin::Target::Kind::User) {
    return forEach(target, [&](socketio::Socket& socket) { call(SocketEndpoint::of(socket)); });
  }
  for (auto* endpoint : _directory.ofUser(target.user)) {
    _ends.checkExpiry(*endpoint);
    if (!endpoint->gone && endpoint->admitted && endpoint->who) call(*endpoint);
  }
}

void Delivery::dropHeld(const EndpointHandle& handle) {
  if (auto* endpoint = _directory.find(handle); endpoint && !endpoint->gone && endpoint->hold) endpoint->drop();
}

void Delivery::disconnect(const plugin::Target& target, bool closeConnection) {
  if (target.kind == plugin::Target::Kind::User) {
    for (auto* endpoint : _directory.ofUser(target.user)) {
      if (!endpoint->gone) endpoint->disconnect(closeConnection);
    }
    return;
  }
  forEach(target, [&](socketio::Socket& socket) {
    if (auto& endpoint = SocketEndpoint::of(socket); !endpoint.gone) endpoint.disconnect(closeConnection);
  });
}

}  // namespace chat::gateway
