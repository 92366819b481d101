// The part of ServerSession that changes its transport.
#include <utility>

#include "engineio/ServerSession.h"
#include "engineio/SessionRegistry.h"
#include "net/Loop.h"

namespace chat::engineio {

bool ServerSession::mayUpgrade() const noexcept {
  return _state == State::Open && !_webSocket && !_probe && options().allowUpgrades;
}

void ServerSession::upgrade(websocket::Session& webSocket) {
  _probe =
      std::make_unique<UpgradeProbe>(static_cast<UpgradeProbe::Owner&>(*this), webSocket, options().upgradeTimeout);
}

void ServerSession::onProbed() {
  if (_polling->empty()) {
    _polling->answerPoll(NoopPacket);
  } else {
    _polling->flush();
  }
}

void ServerSession::onUpgraded() {
  _webSocket = &_probe->release(*this);
  dropProbe();
  _polling->answerPoll(NoopPacket);
  _polling->releasePost();
  const auto outgoing = _polling->takeOutgoing();
  _polling.reset();
  _registry.onWebSocket();
  if (_pauses > 0) _webSocket->pauseReading();
  for (const auto& packet : outgoing) {
    if (packet.control.empty()) {
      transmit(packet.message);
    } else if (_state == State::Open) {
      sendControl(packet.control);
    }
  }
  if (_state == State::Closing) {
    closeWebSocket(websocket::CloseCode::Normal);
    finish();
  } else if (!outgoing.empty()) {
    onDrained();  // what waited for a poll may all leave at once now, which the connection has no word for
  }
}

void ServerSession::onProbeFailed() {
  dropProbe();
}

// The probe may be the one that calls.
void ServerSession::dropProbe() {
  if (_probe) loop().defer([probe = std::move(_probe)] {});
}

}  // namespace chat::engineio
