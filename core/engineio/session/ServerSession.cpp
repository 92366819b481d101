#include "engineio/session/ServerSession.h"

#include <algorithm>
#include <utility>

#include "engineio/session/SessionRegistry.h"
#include "net/Loop.h"

namespace chat::engineio {

ServerSession::ServerSession(SessionRegistry& registry, std::shared_ptr<const Handshake> handshake, bool allowBinary)
    : _registry(registry),
      _handshake(std::move(handshake)),
      _heartbeat(
          _handshake->protocol, registry.options(),
          [](void* self) { static_cast<ServerSession*>(self)->onHeartbeat(); }, this),
      _allowBinary(allowBinary) {
  const auto id = makeSessionId(registry.loop().index());
  std::copy(id.begin(), id.end(), _id.begin());
}

ServerSession::~ServerSession() = default;

net::Loop& ServerSession::loop() const noexcept {
  return _registry.loop();
}

const Options& ServerSession::options() const noexcept {
  return _registry.options();
}

// --- opening ---

TransportContext ServerSession::contextFor(Transport::Owner& owner) const noexcept {
  return {owner, loop(), options(), _registry.acceptor(), _handshake->protocol, _allowBinary, id()};
}

std::string ServerSession::openPacket(const TransportType& type) const {
  const auto& o = options();
  std::string upgrades;
  for (const auto* other : _registry.transports()) {
    if (!o.allowUpgrades || !other->replaces(type)) continue;
    upgrades.append(upgrades.empty() ? "\"" : ",\"").append(other->name()).append("\"");
  }
  return "0{\"sid\":\"" + std::string(id()) + "\",\"upgrades\":[" + upgrades +
         "],\"pingInterval\":" + std::to_string(o.pingInterval.count()) +
         ",\"pingTimeout\":" + std::to_string(o.pingTimeout.count()) +
         ",\"maxPayload\":" + std::to_string(o.maxPayload) + "}";
}

void ServerSession::open(http::Exchange& exchange, const TransportType& type) {
  _transport = type.open(exchange, contextFor(*this));
  _registry.onOpened(type);
  _transport->sendControl(openPacket(type));
  if (const std::string_view first = options().initialPacket; !first.empty()) {
    _transport->sendText(std::span(&first, 1));
  }
  _end.open();
  limitInbound();
  _heartbeat.start(loop());
  _listener = &_registry.acceptor().onSession(*this);
}

void ServerSession::limitInbound() {
  if (!options().inboundLimit.any()) return;
  _throttle = std::make_unique<net::InboundThrottle>(
      loop(), options().inboundLimit,
      [](void* self, bool read) {
        auto& session = *static_cast<ServerSession*>(self);
        return read ? session.resumeReading() : session.pauseReading();
      },
      this);
}

// --- receiving ---

bool ServerSession::onPacket(const PacketView& packet) {
  if (!_end.isOpen()) return false;
  if (packet.type == PacketType::Message) {
    onMessage(packet);
  } else {
    onControl(packet);
  }
  return _end.isOpen();
}

void ServerSession::onMessage(const PacketView& packet) {
  _heartbeat.onMessage(loop());
  if (_throttle) _throttle->count(packet.data.size());
  if (packet.isBinary) {
    _listener->onBinary(*this, packet.data);
  } else {
    _listener->onText(*this, packet.data);
  }
}

void ServerSession::onControl(const PacketView& packet) {
  switch (_heartbeat.onPacket(loop(), packet.type)) {
    case Heartbeat::Beat::WrongDirection:
      return end(CloseReason::TransportError);
    case Heartbeat::Beat::Pong:
      return _transport->sendControl("3" + std::string(packet.data));
    case Heartbeat::Beat::Taken:
      return;
    case Heartbeat::Beat::None:
      break;
  }
  if (packet.type == PacketType::Close) end(CloseReason::TransportClose);
  if (packet.type == PacketType::Upgrade && !packet.isBinary) end(CloseReason::ParseError);  // there is none under way
}

void ServerSession::onDrained() {
  if (_end.isOpen()) _listener->onDrained(*this);
}

void ServerSession::onTooSlow() {
  if (_end.isOpen()) _registry.slowPolls.add();
  close(CloseReason::TransportError);
}

void ServerSession::onHeartbeat() {
  switch (_heartbeat.due(loop(), _pauses > 0)) {
    case Heartbeat::Due::Ping:
      return _transport->ping();
    case Heartbeat::Due::Silence:
      return end(CloseReason::PingTimeout);
    case Heartbeat::Due::Nothing:
      return;
  }
}

void ServerSession::pauseReading() {
  if (_pauses++ == 0) _transport->pauseReading();
}

void ServerSession::resumeReading() {
  if (_pauses == 0 || --_pauses > 0) return;
  _transport->resumeReading();
}

// --- changing the transport ---

bool ServerSession::mayUpgradeTo(const TransportType& type) const noexcept {
  return _end.isOpen() && !_upgrade && options().allowUpgrades && type.replaces(transportType());
}

void ServerSession::upgrade(http::Exchange& exchange, const TransportType& type) {
  _upgrade = std::make_unique<Upgrade>(static_cast<Upgrade::Owner&>(*this), loop(), options().upgradeTimeout);
  _upgrade->begin(type.open(exchange, contextFor(_upgrade->transportOwner())));
}

void ServerSession::onUpgraded() {
  auto old = std::exchange(_transport, _upgrade->take());
  dropUpgrade();
  _transport->setOwner(*this);
  const auto waiting = old->handOver();
  _registry.onUpgraded(old->type(), _transport->type());
  loop().defer([old = std::move(old)] {});
  if (_pauses > 0) _transport->pauseReading();
  for (const auto& packet : waiting) {
    if (packet.control.empty()) {
      _transport->send(packet.message);
    } else if (_end.isOpen()) {
      _transport->sendControl(packet.control);
    }
  }
  if (_end.isClosing()) {
    _transport->end(CloseReason::ForcedClose);
    finish();
  } else if (!waiting.empty()) {
    onDrained();  // the new transport may take all of it at once, and then it doesn't tell of it
  }
}

void ServerSession::dropUpgrade() {
  if (_upgrade) loop().defer([upgrade = std::move(_upgrade)] {});  // it may be the one that calls
}

// --- the end ---

void ServerSession::close(CloseReason reason) {
  if (!_end.beginClosing(reason)) return;
  _heartbeat.stop();
  // An upgrade goes on: its client may listen at the new transport alone, and hears of the end there.
  const bool isDone = _transport->close(reason);
  // Later in the turn: the layer above may be in the middle of something with this session.
  loop().defer([this, isDone] {
    tellClosed();
    if (isDone) finish();
  });
}

void ServerSession::end(CloseReason reason) {
  if (_end.hasEnded()) return;
  const bool wasClosing = _end.isClosing();
  _end.end(reason);
  if (!wasClosing) _transport->end(reason);
  finish();
}

void ServerSession::tellClosed() {
  const auto reason = _end.takeUntold();
  if (reason && _listener) _listener->onClosed(*this, *reason);
}

void ServerSession::finish() {
  _end.end(CloseReason::ForcedClose);
  tellClosed();
  _heartbeat.stop();
  dropUpgrade();
  _registry.remove(*this);
}

}  // namespace chat::engineio
