// The part of ServerSession that ends it.
#include <utility>

#include "engineio/ServerSession.h"
#include "engineio/SessionRegistry.h"
#include "net/Loop.h"

namespace chat::engineio {
namespace {

/// Whether the code is one of those with which we end a WebSocket that breaks the rules. Whatever else a client closes
/// with is its end of it.
bool isFault(websocket::CloseCode code) noexcept {
  switch (code) {
    case websocket::CloseCode::ProtocolError:
    case websocket::CloseCode::InvalidPayload:
    case websocket::CloseCode::PolicyViolation:
    case websocket::CloseCode::MessageTooBig:
      return true;
    default:
      return false;
  }
}

}  // namespace

void ServerSession::onClosed(websocket::CloseCode code) {
  _webSocket = nullptr;
  end(isFault(code) ? CloseReason::TransportError : CloseReason::TransportClose);
}

void ServerSession::onPollAborted() {
  end(CloseReason::TransportError);
}

void ServerSession::end(CloseReason reason) {
  if (_state == State::Closing) return finish();
  if (_state == State::Ended) return;
  _state = State::Ended;
  if (_webSocket && reason == CloseReason::PingTimeout) {
    auto* webSocket = std::exchange(_webSocket, nullptr);
    webSocket->setSink(nullptr);
    webSocket->abort();  // whoever doesn't answer a ping won't answer a Close frame either
  } else if (_webSocket) {
    closeWebSocket(websocket::CloseCode::Normal);
  } else if (_polling) {
    _polling->answerPoll(reason == CloseReason::TransportClose ? NoopPacket : "1");
  }
  if (!std::exchange(_listenerTold, true) && _listener) _listener->onClosed(*this, reason);
  finish();
}

void ServerSession::closeWebSocket(websocket::CloseCode code) {
  auto* webSocket = std::exchange(_webSocket, nullptr);
  webSocket->setSink(nullptr);
  webSocket->close(code);
}

void ServerSession::close(CloseReason reason) {
  if (_state != State::Open) return;
  _state = State::Closing;
  _heartbeat.cancel();
  if (_webSocket) {
    closeWebSocket(reason == CloseReason::ServerShutdown ? websocket::CloseCode::GoingAway
                                                         : websocket::CloseCode::Normal);
  } else {
    // A probe goes on: its client may have stopped to poll already, and hears the end over the WebSocket then.
    _polling->enqueue({{}, "1"});
    loop().arm(_heartbeat, options().pollingCloseTimeout);
  }
  // Later in the turn: the layer above may be in the middle of something with this session.
  loop().defer([this, reason] {
    if (!std::exchange(_listenerTold, true) && _listener) _listener->onClosed(*this, reason);
    if (_polling) _polling->flush();
    if (!_polling || _polling->empty()) finish();
  });
}

void ServerSession::finish() {
  _state = State::Ended;
  _heartbeat.cancel();
  dropProbe();
  _registry.remove(*this);
}

}  // namespace chat::engineio
