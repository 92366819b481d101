#include "plainws/Peer.h"

#include <chrono>
#include <utility>

#include "net/Loop.h"
#include "plainws/EnvelopeSink.h"
#include "plainws/Server.h"
#include "websocket/Handshake.h"
#include "websocket/Upgrade.h"

namespace chat::plainws {
namespace {

PeerHandshake handshakeOf(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  PeerHandshake handshake;
  handshake.url = request.target;
  for (const auto& [name, value] : request.fields) {
    handshake.fields.append(name).append(": ").append(value).append("\r\n");
  }
  handshake.address = exchange.clientAddress();
  handshake.secure = exchange.secure();
  const auto now = exchange.loop().clock().wallTime().time_since_epoch();
  handshake.issuedMs = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return handshake;
}

}  // namespace

Peer::Peer(Server& server, http::Exchange& exchange, PeerHandle handle)
    : _server(server),
      _handle(handle),
      _exchange(&exchange),
      _handshake(handshakeOf(exchange)),
      _heartbeat([](void* self) { static_cast<Peer*>(self)->onHeartbeat(); }, this) {
  exchange.setAbortListener(this);
}

Peer::~Peer() {
  if (_session != nullptr) _session->setSink(nullptr);
  if (_exchange != nullptr) _exchange->setAbortListener(nullptr);
}

void Peer::accept(std::string_view subprotocol) {
  if (_state != State::Connecting) return;
  _state = State::Open;
  http::Exchange& exchange = *std::exchange(_exchange, nullptr);
  exchange.setAbortListener(nullptr);
  _session = &websocket::accept(exchange, _server.options().webSocket, this, subprotocol);
  _server.loop().arm(_heartbeat, _server.options().pingInterval);
  if (!_server.options().inboundLimit.any()) return;
  _throttle = std::make_unique<net::InboundThrottle>(
      _server.loop(), _server.options().inboundLimit,
      [](void* self, bool read) {
        auto& peer = *static_cast<Peer*>(self);
        return read ? peer.resumeReading() : peer.pauseReading();
      },
      this);
}

void Peer::accept() {
  const auto offered = offeredSubprotocols();
  accept(offered.empty() ? std::string_view() : offered.front());
}

std::vector<std::string_view> Peer::offeredSubprotocols() const {
  if (_state != State::Connecting) return {};
  return websocket::offeredSubprotocols(_exchange->request());
}

void Peer::refuse(http::Response response) {
  if (_state != State::Connecting) return;
  http::Exchange& exchange = *std::exchange(_exchange, nullptr);
  exchange.setAbortListener(nullptr);
  exchange.respondAndClose(std::move(response));
  end(websocket::CloseCode::AbnormalClosure);
}

void Peer::emit(std::string_view event, std::string_view data) {
  if (!open()) return;
  EnvelopeWriter envelope;
  _session->sendText(envelope.event(event, data).pieces());
}

void Peer::send(const EncodedEnvelope& event, websocket::Compress compress) {
  if (open()) _session->sendFrame(event.frame, compress);
}

void Peer::ack(std::string_view id, int status, std::string_view data) {
  if (!open()) return;
  EnvelopeWriter envelope;
  _session->sendText(envelope.ack(id, status, data).pieces());
}

void Peer::error(std::string_view code, std::string_view detail) {
  if (!open()) return;
  EnvelopeWriter envelope;
  _session->sendText(envelope.error(code, detail).pieces());
}

void Peer::close(websocket::CloseCode code, std::string_view reason) {
  if (_state == State::Connecting) return refuse({503, "text/plain", "try again later\n"});
  if (open()) _session->close(code, reason);
}

std::size_t Peer::backlog() const noexcept {
  return _state == State::Open ? _session->backlog() : 0;
}

void Peer::pauseReading() {
  if (_pauses++ == 0 && open()) _session->pauseReading();
}

void Peer::resumeReading() {
  if (_pauses > 0 && --_pauses == 0 && open()) _session->resumeReading();
}

void Peer::onText(std::string_view text) {
  if (_throttle) _throttle->count(text.size());
  std::string unescaped;
  const auto envelope = parseEnvelope(text, unescaped);
  if (!envelope) return error("400", describe(envelope.error()));
  _server.sink().onEvent(*this, envelope.value());
}

void Peer::onBinary(std::string_view bytes) {
  if (_throttle) _throttle->count(bytes.size());
  error("400", describe(EnvelopeError::NotText));
}

void Peer::onPong() {
  if (std::exchange(_awaitingPong, false)) _server.loop().arm(_heartbeat, _server.options().pingInterval);
}

void Peer::onHeartbeat() {
  if (!_session->open()) return;  // the closing handshake has a limit of its own
  // While reading is paused the answer may be unread. A peer that is gone doesn't answer a Close frame either, so the
  // connection is aborted.
  if (_awaitingPong && !_session->connection().readingPaused()) return _session->abort();
  if (!std::exchange(_awaitingPong, true)) _session->ping();
  _server.loop().arm(_heartbeat, _server.options().pingTimeout);
}

void Peer::onDrained() {
  _server.sink().onDrained(*this);
}

void Peer::onClosed(websocket::CloseCode code) {
  _session = nullptr;
  _heartbeat.cancel();
  end(code);
}

void Peer::onAborted() {
  _exchange = nullptr;
  end(websocket::CloseCode::AbnormalClosure);
}

void Peer::end(websocket::CloseCode code) {
  _state = State::Gone;
  _server.end(*this, code);
}

}  // namespace chat::plainws
