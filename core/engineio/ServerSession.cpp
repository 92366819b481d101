#include "engineio/ServerSession.h"

#include <utility>

#include "engineio/PacketCodec.h"
#include "engineio/SessionRegistry.h"
#include "net/Connection.h"
#include "net/Loop.h"
#include "websocket/FrameWriter.h"

namespace chat::engineio {
namespace {

http::Response badRequest(std::string_view why) {
  return {400, "text/plain; charset=utf-8", why};
}

/// One frame for all heartbeats of a loop.
base::BufferSlice pingFrame() {
  static thread_local const base::SharedBuffer frame = [] {
    const websocket::FrameHead head(websocket::Opcode::Text, 1);
    const std::string_view pieces[] = {head.view(), "2"};
    return base::SharedBuffer::join(pieces);
  }();
  return base::BufferSlice(frame);
}

}  // namespace

ServerSession::ServerSession(SessionRegistry& registry, std::string id, std::shared_ptr<const Handshake> handshake,
                             bool allowBinary)
    : _registry(registry),
      _id(std::move(id)),
      _handshake(std::move(handshake)),
      _polling(std::make_unique<PollingTransport>(static_cast<PollingTransport::Owner&>(*this), _handshake->protocol,
                                                  allowBinary, _registry.options().compressFrom())),
      _heartbeat([](void* self) { static_cast<ServerSession*>(self)->onHeartbeat(); }, this),
      _allowBinary(allowBinary) {}

ServerSession::~ServerSession() {
  if (_webSocket) _webSocket->setSink(nullptr);
}

net::Loop& ServerSession::loop() const noexcept {
  return _registry.loop();
}

const Options& ServerSession::options() const noexcept {
  return _registry.options();
}

// --- opening ---

std::string ServerSession::openPacket() const {
  const auto& o = options();
  const bool upgrades = !_webSocket && o.allowUpgrades && o.webSocket;
  return "0{\"sid\":\"" + _id + "\",\"upgrades\":" + (upgrades ? "[\"websocket\"]" : "[]") +
         ",\"pingInterval\":" + std::to_string(o.pingInterval.count()) +
         ",\"pingTimeout\":" + std::to_string(o.pingTimeout.count()) +
         ",\"maxPayload\":" + std::to_string(o.maxPayload) + "}";
}

void ServerSession::open(http::Exchange& exchange) {
  _polling->enqueue({{}, openPacket()});
  if (!options().initialPacket.empty()) _polling->enqueue({WirePacket::text(options().initialPacket), {}});
  if (options().cookie.enabled()) {
    exchange.answerFields().emplace_back("Set-Cookie", options().cookie.field(_id));
  }
  _polling->takePoll(exchange);
  started();
  flushPollLater();  // with what the layer above has sent meanwhile
}

void ServerSession::open(websocket::Session& webSocket) {
  _webSocket = &webSocket;
  _polling.reset();
  _registry.onWebSocket();
  webSocket.setSink(this);
  const auto packet = openPacket();
  const std::string_view view = packet;
  webSocket.sendText(std::span(&view, 1));
  if (!options().initialPacket.empty()) {
    const std::string_view pieces[] = {"4", options().initialPacket};
    webSocket.sendText(pieces);
  }
  started();
}

void ServerSession::started() {
  _state = State::Open;
  if (options().inboundLimit.any()) {
    _throttle = std::make_unique<net::InboundThrottle>(
        loop(), options().inboundLimit,
        [](void* self, bool read) {
          auto& session = *static_cast<ServerSession*>(self);
          return read ? session.resumeReading() : session.pauseReading();
        },
        this);
  }
  armHeartbeat();
  _listener = &_registry.acceptor().onSession(*this);
}

// --- receiving ---

void ServerSession::onText(std::string_view text) {
  if (!text.empty() && text.front() == '4') {  // nearly all of them
    if (_state != State::Open) return;
    if (_beat == Beat::Pinged) extendHeartbeat();
    if (_throttle) _throttle->count(text.size());
    _listener->onText(*this, text.substr(1));
    return;
  }
  std::string scratch;
  const auto packet = decodeText(text, _handshake->protocol, scratch);
  if (!packet || packet->type == PacketType::Upgrade) return end(CloseReason::ParseError);
  onPacket(*packet);
}

void ServerSession::onBinary(std::string_view bytes) {
  const auto packet = decodeBinary(bytes, _handshake->protocol);
  if (!packet) return end(CloseReason::ParseError);
  onPacket(*packet);
}

bool ServerSession::onPacket(const PacketView& packet) {
  if (_state != State::Open) return false;
  const bool clientPings = _handshake->protocol == 3;
  if (_beat == Beat::Pinged && packet.type != PacketType::Pong) extendHeartbeat();
  switch (packet.type) {
    case PacketType::Message:
      if (_throttle) _throttle->count(packet.data.size());
      if (packet.isBinary) {
        _listener->onBinary(*this, packet.data);
      } else {
        _listener->onText(*this, packet.data);
      }
      break;
    case PacketType::Ping:
      if (!clientPings) {
        end(CloseReason::TransportError);  // the wrong direction
        break;
      }
      armHeartbeat();
      sendControl("3" + std::string(packet.data));
      break;
    case PacketType::Pong:
      if (clientPings) {
        end(CloseReason::TransportError);
        break;
      }
      if (_beat != Beat::Resting) armHeartbeat();
      break;
    case PacketType::Close:
      end(CloseReason::TransportClose);
      break;
    case PacketType::Open:
    case PacketType::Upgrade:
    case PacketType::Noop:
      break;
  }
  return _state == State::Open;
}

void ServerSession::onPoll(http::Exchange& exchange) {
  if (_polling->pollWaits()) {  // a client has one at a time: another one means that two believe to own the session
    exchange.respond(badRequest("A poll of this session is under way already.\n"));
    _polling->answerPoll("1");
    return end(CloseReason::TransportError);
  }
  _polling->takePoll(exchange);
  if (!_polling->empty()) _polling->flush();
  if (_state == State::Closing && _polling->empty()) finish();
}

void ServerSession::onPost(http::Exchange& exchange) {
  if (_polling->postWaits()) {
    exchange.respond(badRequest("A request with data of this session is under way already.\n"));
    return end(CloseReason::TransportError);
  }
  auto& request = exchange.request();
  const bool isBinary = request.field("Content-Type").starts_with("application/octet-stream");
  if (isBinary && _handshake->protocol != 3) {
    exchange.respond(badRequest("Version 4 of the protocol sends payloads as text.\n"));
    return end(CloseReason::TransportError);
  }
  std::size_t left = options().maxPacketsPerPayload;
  bool tooMany = false;
  const bool wellFormed = decodePayload(request.body, _handshake->protocol, isBinary, [&](const PacketView& packet) {
    tooMany = left-- == 0;
    return !tooMany && onPolledPacket(packet, isBinary);
  });
  if (!wellFormed || tooMany) {
    exchange.respond(badRequest(tooMany ? "The body holds too many packets.\n"  //
                                        : "The body is no payload of packets.\n"));
    return end(CloseReason::ParseError);
  }
  if (_pauses > 0 && _state == State::Open && _polling) {
    _polling->holdPost(exchange);
  } else {
    exchange.respond(PollingTransport::accepted());
  }
}

bool ServerSession::onPolledPacket(const PacketView& packet, bool inBinary) {
  if (_handshake->protocol != 3 || inBinary || !options().socketIoText) return onPacket(packet);
  std::string scratch;
  return onPacket(_twiceEncoded.decode(packet, scratch));
}

// --- heartbeat ---

void ServerSession::armHeartbeat() {
  _beat = Beat::Resting;
  const auto& o = options();
  loop().arm(_heartbeat, _handshake->protocol == 3 ? o.pingInterval + o.pingTimeout : o.pingInterval);
}

// The pong comes behind what the client was sending already, which may be long.
void ServerSession::extendHeartbeat() {
  _beat = Beat::Extended;
  loop().arm(_heartbeat, options().pingTimeout);
}

void ServerSession::onHeartbeat() {
  if (_state == State::Closing) return finish();
  if (_handshake->protocol == 3 || _beat != Beat::Resting) {
    // Whoever isn't read from may have answered.
    if (_pauses > 0) return loop().arm(_heartbeat, options().pingTimeout);
    return end(CloseReason::PingTimeout);
  }
  _beat = Beat::Pinged;
  loop().arm(_heartbeat, options().pingTimeout);
  if (_webSocket) {
    _webSocket->sendFrame(pingFrame());
  } else {
    sendControl("2");
  }
}

// --- back pressure ---

void ServerSession::pauseReading() {
  if (_pauses++ > 0) return;
  if (_webSocket) _webSocket->pauseReading();
}

void ServerSession::resumeReading() {
  if (_pauses == 0 || --_pauses > 0) return;
  if (_webSocket) {
    _webSocket->resumeReading();
  } else if (_polling) {
    _polling->releasePost();
  }
}

}  // namespace chat::engineio
