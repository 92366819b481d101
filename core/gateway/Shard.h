#pragma once

#include <memory>

#include "gateway/PlainGateway.h"
#include "gateway/ShardContext.h"
#include "gateway/ShardCounters.h"
#include "gateway/SocketGateway.h"
#include "gateway/adapter/LoopSockets.h"
#include "gateway/admission/Admissions.h"
#include "gateway/admission/Farewells.h"
#include "gateway/admission/Handshakes.h"
#include "gateway/call/ConnectionCalls.h"
#include "gateway/call/LoopCalls.h"
#include "gateway/delivery/Delivery.h"
#include "gateway/delivery/Recovery.h"
#include "gateway/endpoint/Directory.h"
#include "gateway/endpoint/ExpiryTimers.h"
#include "gateway/event/EventPipeline.h"
#include "gateway/reply/IdentityEnds.h"
#include "gateway/reply/Outgoing.h"
#include "gateway/reply/ReplyContext.h"

namespace chat::gateway {

/// The gateway of one loop: makes its parts and ties them together. Each part is given the others that it needs; none
/// of them knows the shard. Thread: the loop's.
class Shard final : private EventPipeline::Owner {
 public:
  Shard(net::Loop& loop, const ShardContext& context);

  // --- its doors ---
  SocketGateway& sockets() noexcept { return _socketGateway; }
  PlainGateway& plain() noexcept { return _plainGateway; }
  Handshakes& handshakes() noexcept { return _handshakes; }
  /// For the adapter.
  LoopSockets& loopSockets() noexcept { return _loopSockets; }

  /// Where targets that are namespaces and rooms are found. Once, before the loop runs.
  void setServer(socketio::Server& server) noexcept { _delivery.setServer(server); }
  /// From now on no event is taken: an unanswered one is sent again elsewhere, a half-done one would be lost.
  void drain() noexcept;
  /// Whether no handler has an event of this loop.
  bool idle() const noexcept { return _directory.noneRunning(); }
  /// Disconnects an endpoint by the server's will. False if it has gone.
  bool disconnect(const EndpointHandle& handle);

  /// Thread: any.
  InlineMark& mark() noexcept { return _calls.mark(); }
  const ShardCounters& counters() const noexcept { return _counters; }

 private:
  // EventPipeline::Owner
  void authenticate(Endpoint& endpoint, const IncomingEvent& event) override;
  void ended(Endpoint& endpoint) override;

  net::Loop& _loop;
  ShardCounters _counters;
  LoopCalls _calls;
  Handshakes _handshakes;
  ExpiryTimers _expiries;
  Directory _directory;
  Outgoing _outgoing;
  const ReplyContext _replies;
  IdentityEnds _identityEnds;
  Delivery _delivery;
  const std::unique_ptr<Recovery> _recovery;  // null if connections aren't recovered
  LoopSockets _loopSockets;
  EventPipeline _events;
  ConnectionCalls _connects;
  ConnectionCalls _replays;
  Farewells _farewells;
  Admissions _admissions;
  SocketGateway _socketGateway;
  PlainGateway _plainGateway;
};

}  // namespace chat::gateway
