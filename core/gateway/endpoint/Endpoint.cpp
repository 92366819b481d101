#include "gateway/endpoint/Endpoint.h"

#include <utility>

#include "base/LogCause.h"
#include "base/LogValue.h"
#include "gateway/endpoint/ExpiryTimers.h"
#include "gateway/endpoint/RecoverableSession.h"

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

std::chrono::system_clock::time_point Endpoint::connectedAt() const noexcept {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(handshake()->issuedMs));
}

bool Endpoint::secure() const noexcept {
  return handshake()->secure;
}

std::string_view Endpoint::url() const noexcept {
  return handshake()->url;  // the session's or the snapshot's, which outlives the call
}

void Endpoint::setValue(std::string_view key, std::string_view value, std::size_t limit, Poco::Logger& logger) {
  std::string fault;
  if (auto after = SocketData::withValue(values, key, value, limit, fault)) {
    values = std::move(after);
  } else {
    base::warnCause(logger, "data", "the data " + base::logValue(key) + " of a socket was not set: " + fault);
  }
}

std::shared_ptr<const CallerSnapshot> Endpoint::snapshot() {
  const bool isOfNow = _snapshot && _snapshot->who == who && _snapshot->values == values &&
                       _snapshot->transportName == transport() && _snapshot->isRecovered == isRecovered &&
                       _snapshot->id == socketId();
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
  caller->values = values;
  caller->transportName = transport();
  caller->protocolVersion = protocol();
  return caller;
}

}  // namespace chat::gateway
