// The part of ServerSession that sends.
#include <algorithm>
#include <array>
#include <utility>

#include "engineio/PacketCodec.h"
#include "engineio/ServerSession.h"
#include "engineio/SessionRegistry.h"
#include "net/Loop.h"

namespace chat::engineio {

void ServerSession::sendText(std::span<const std::string_view> pieces) {
  if (_state != State::Open) return;
  if (!_webSocket) return enqueue({WirePacket::text(pieces), {}});
  constexpr std::size_t MaxPieces = 13;
  std::array<std::string_view, MaxPieces> parts;
  parts[0] = "4";
  std::copy(pieces.begin(), pieces.end(), parts.begin() + 1);
  _webSocket->sendText(std::span(parts.data(), pieces.size() + 1));
}

void ServerSession::sendBinary(std::string_view bytes) {
  if (_state != State::Open) return;
  if (!_webSocket) return enqueue({WirePacket::binary(bytes), {}});
  sendBinary(bytes, websocket::Compress::IfAgreed);
}

void ServerSession::sendBinary(std::string_view bytes, websocket::Compress compress) {
  if (!_allowBinary) return sendBase64(bytes, compress);
  if (_handshake->protocol != 3) return _webSocket->sendBinary(std::span(&bytes, 1), compress);
  const std::string_view pieces[] = {std::string_view("\x04", 1), bytes};
  _webSocket->sendBinary(std::span(pieces), compress);
}

void ServerSession::send(const WirePacket& packet) {
  if (_state != State::Open) return;
  if (!_webSocket) return enqueue({packet, {}});
  transmit(packet);
}

void ServerSession::transmit(const WirePacket& packet) {
  const auto compress = packet.isUncompressed() ? websocket::Compress::No : websocket::Compress::IfAgreed;
  if (packet.isBinary() && (_handshake->protocol == 3 || !_allowBinary)) return sendBinary(packet.payload(), compress);
  _webSocket->sendFrame(packet.frame(), compress);
}

// For a client that can't take binary frames, as it said by `b64`.
void ServerSession::sendBase64(std::string_view bytes, websocket::Compress compress) {
  std::string packet;
  appendBase64Message(packet, bytes, _handshake->protocol);
  const std::string_view view = packet;
  _webSocket->sendText(std::span(&view, 1), compress);
}

void ServerSession::sendControl(std::string_view packet) {
  if (_webSocket) {
    _webSocket->sendText(std::span(&packet, 1));
  } else {
    enqueue({{}, std::string(packet)});
  }
}

void ServerSession::enqueue(OutgoingPacket packet) {
  const bool isText = packet.control.empty() && !packet.message.isBinary();
  if (_handshake->protocol == 3 && isText && options().socketIoText &&
      TwiceEncodedText::isBeyondAscii(packet.message.payload())) {
    const bool isUncompressed = packet.message.isUncompressed();
    packet.message = WirePacket::text(TwiceEncodedText::escape(packet.message.payload()));
    packet.message.setUncompressed(isUncompressed);
  }
  _polling->enqueue(std::move(packet));
  if (_polling->backlog() > options().maxBacklog) {
    if (_state == State::Open) _registry.slowPolls.add();
    close(CloseReason::TransportError);
  } else {
    flushPollLater();
  }
}

void ServerSession::flushPollLater() {
  if (std::exchange(_flushPending, true)) return;
  loop().defer([this] {  // the registry destroys a session in a task deferred after this one
    _flushPending = false;
    if (_polling && _state == State::Open) _polling->flush();
  });
}

std::size_t ServerSession::backlog() const noexcept {
  return _webSocket ? _webSocket->backlog() : _polling ? _polling->backlog() : 0;
}

// What this turn has for the client already says nothing of whether it takes it, unless that is a lot.
bool ServerSession::writable() const noexcept {
  constexpr std::size_t MaxInOneAnswer = 64 * 1024;
  if (_state != State::Open) return false;
  return _webSocket ? _webSocket->writable() : _polling->pollWaits() && _polling->backlog() < MaxInOneAnswer;
}

void ServerSession::onDrained() {
  if (_state == State::Open) _listener->onDrained(*this);
}

void ServerSession::onPollDrained() {
  onDrained();
}

}  // namespace chat::engineio
