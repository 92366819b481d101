#include "testing/FakeSession.h"

#include <utility>

#include "net/Loop.h"

namespace chat::testing {

FakeSession::FakeSession(net::Loop& loop, std::string id, std::shared_ptr<const engineio::Handshake> handshake,
                         std::string_view transport, Receiver& receiver)
    : _loop(loop), _id(std::move(id)), _handshake(std::move(handshake)), _transport(transport), _receiver(receiver) {}

void FakeSession::fromClient(std::string_view text) {
  if (_listener) _listener->onText(*this, text);
}

void FakeSession::fromClientBinary(std::string_view bytes) {
  if (_listener) _listener->onBinary(*this, bytes);
}

void FakeSession::end(engineio::CloseReason reason) {
  _closed = true;
  if (auto* listener = std::exchange(_listener, nullptr)) listener->onClosed(*this, reason);
  _receiver.onEnded();
}

void FakeSession::sendText(std::span<const std::string_view> pieces) {
  if (_closed) return;
  std::string text;
  for (const auto piece : pieces) text += piece;
  _receiver.onText(text);
}

void FakeSession::sendBinary(std::string_view bytes) {
  if (!_closed) _receiver.onBinary(bytes);
}

void FakeSession::send(const engineio::WirePacket& packet) {
  if (_closed) return;
  if (packet.isBinary()) {
    _receiver.onBinary(packet.payload());
  } else {
    _receiver.onText(packet.payload());
  }
}

// As in the real one: the listener is called later in the turn.
void FakeSession::close(engineio::CloseReason reason) {
  if (std::exchange(_closed, true)) return;
  _loop.defer([this, reason] { end(reason); });
}

}  // namespace chat::testing
