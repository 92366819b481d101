#include "gateway/Shard.h"

#include <utility>

#include "net/Loop.h"

namespace chat::gateway {

Shard::Shard(net::Loop& loop, const ShardContext& context)
    : _loop(loop),
      _calls(loop, context.tables, context.logger),
      _handshakes(_calls),
      _expiries(loop, [this](Endpoint& endpoint) { _identityEnds.checkExpiry(endpoint); }),
      _directory(loop.index(), context.users, &_expiries),
      _outgoing(_calls),
      _replies{_directory, context.emitter, _outgoing, context.options, context.logger},
      _identityEnds(_calls, _replies),
      _delivery(loop, _directory, _identityEnds, _outgoing, context.options),
      _recovery(context.recovery ? std::make_unique<Recovery>(loop, _directory, *context.recovery) : nullptr),
      _loopSockets(loop, _delivery, _identityEnds, _recovery.get(), _replies),
      _events(_calls, _replies, _identityEnds, *this, _counters.unknownEvents),
      _connects(_calls, context.admissions),
      _replays(_calls, context.replays),
      _farewells(_calls, _connects),
      _admissions(_calls, _replies, _identityEnds, _delivery, _events, {_connects, _replays}),
      _socketGateway({_calls, _replies, _delivery, _events, _admissions, _farewells, _counters, _recovery.get()}),
      _plainGateway({_replies, _events, _admissions, _farewells}) {}

void Shard::drain() noexcept {
  _events.drain();
  _farewells.drain();
}

bool Shard::disconnect(const EndpointHandle& handle) {
  auto* endpoint = _directory.find(handle);
  if (!endpoint || endpoint->gone) return false;
  endpoint->disconnect(false);
  return true;
}

void Shard::authenticate(Endpoint& endpoint, const IncomingEvent& event) {
  _admissions.authenticate(endpoint, event);
}

void Shard::ended(Endpoint& endpoint) {
  auto owned = std::shared_ptr<Endpoint>(_directory.remove(endpoint.handle));
  if (!owned) return;
  if (owned->admitted) _farewells.left(*owned);
  _loop.defer([owned = std::move(owned)] {});  // it may be in use further up
}

}  // namespace chat::gateway
