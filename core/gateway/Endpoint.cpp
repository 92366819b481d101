#include "gateway/Endpoint.h"

#include <utility>

#include "gateway/RecoverableSession.h"

namespace chat::gateway {

Endpoint::Endpoint() = default;
Endpoint::~Endpoint() = default;

std::deque<OwnedEvent>& Endpoint::waiting() {
  if (!_waiting) _waiting = std::make_unique<std::deque<OwnedEvent>>();
  return *_waiting;
}

void Endpoint::drained() {
  for (auto& call : std::exchange(onDrained, {})) call();
}

std::shared_ptr<const CallerSnapshot> Endpoint::snapshot() {
  const bool isOfNow = _snapshot && _snapshot->who == who && _snapshot->transportName == transport() &&
                       _snapshot->isRecovered == isRecovered && _snapshot->id == socketId();
  if (!isOfNow) _snapshot = makeSnapshot();
  return _snapshot;
}

std::shared_ptr<CallerSnapshot> Endpoint::makeSnapshot() const {
  auto caller = std::make_shared<CallerSnapshot>();
  caller->id = socketId();
  caller->nspName = nsp();
  caller->handshake = handshake();
  caller->who = who;
  caller->isRecovered = isRecovered;
  caller->transportName = transport();
  caller->protocolVersion = protocol();
  return caller;
}

}  // namespace chat::gateway
