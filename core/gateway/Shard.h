#pragma once

#include <Poco/Logger.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/Admissions.h"
#include "gateway/AnonymousSweep.h"
#include "gateway/ConnectionCalls.h"
#include "gateway/Delivery.h"
#include "gateway/Directory.h"
#include "gateway/Endpoint.h"
#include "gateway/ExpiryTimers.h"
#include "gateway/Handshakes.h"
#include "gateway/IdentityEnds.h"
#include "gateway/LoopCalls.h"
#include "gateway/LoopReply.h"
#include "gateway/Outgoing.h"
#include "gateway/Refusal.h"
#include "gateway/ShardCounters.h"
#include "gateway/SharedParts.h"
#include "gateway/SocketQueries.h"
#include "gateway/TimedCalls.h"
#include "gateway/WorkerCall.h"
#include "net/Loop.h"
#include "socketio/EventSink.h"
#include "socketio/Server.h"

namespace chat::gateway {

class Recovery;
class SocketEndpoint;

/// The gateway of one loop: its endpoints, and the way of their events to the handlers and of answers back.
///
/// The events of one endpoint are handled one after the other in the order in which they came, wherever their handlers
/// run: while one is handled the others wait, and beyond `Options::waitingEvents` the client isn't read from. Thread:
/// the loop's.
class Shard final : public socketio::EventSink {
 public:
  Shard(net::Loop& loop, const SharedParts& shared);
  ~Shard() override;

  net::Loop& loop() const noexcept { return _loop; }
  Directory& directory() noexcept { return _directory; }
  Poco::Logger& logger() const noexcept { return _shared.logger; }
  IdentityEnds& identityEnds() noexcept { return _identityEnds; }
  Delivery& delivery() noexcept { return _delivery; }
  Admissions& admissions() noexcept { return _admissions; }
  /// Null where connections aren't recovered.
  Recovery* recovery() noexcept { return _recovery.get(); }
  const SharedParts& shared() const noexcept { return _shared; }
  Handshakes& handshakes() noexcept { return _handshakes; }
  SocketQueries& queries() noexcept { return _queries; }
  Outgoing& outgoing() noexcept { return _outgoing; }
  const ReplyParts& replyParts() const noexcept { return _replyParts; }
  ConnectionCalls& roles() noexcept { return _roles; }
  ConnectionCalls& replays() noexcept { return _replays; }
  LoopCalls& calls() noexcept { return _calls; }

  /// Thread: any.
  InlineMark& mark() noexcept { return _calls.mark(); }
  const ShardCounters& counters() const noexcept { return _counters; }

  /// From now on no event is taken: an unanswered one is sent again elsewhere, a half-done one would be lost.
  void drain() noexcept { _draining = true; }
  /// Whether no handler has an event of this loop.
  bool idle() const noexcept { return _directory.noneRunning(); }

  // --- from the transports ---
  Endpoint& open(std::unique_ptr<Endpoint> endpoint);
  void receive(Endpoint& endpoint, const IncomingEvent& event);
  /// The client is about to leave; `reason` is a constant.
  void leaving(Endpoint& endpoint, std::string_view reason);
  /// The client has left (`endpoint.gone` is set); the endpoint lives until its last event was handled.
  void closed(Endpoint& endpoint, std::string_view reason);

  /// Tells the plugins that an endpoint has gone, where there is something to tell.
  void submit(std::unique_ptr<ConnectionCall> farewell);
  /// Goes on with what waited for the endpoint's last event, or for its admission, to be handled.
  void next(Endpoint& endpoint);

 private:
  // socketio::EventSink
  void onConnecting(socketio::Socket& socket, std::string_view auth) override;
  bool mayServe(std::string_view nsp) override;
  void onEvent(socketio::Socket& socket, const socketio::EventView& event) override;
  void onDisconnecting(socketio::Socket& socket, socketio::DisconnectReason reason) override;
  void onGone(socketio::Socket& socket) override;
  void onDrained(socketio::Socket& socket) override;

  void ask(SocketEndpoint& endpoint, std::string_view auth, const Revocations::Watch& revoked);
  void dispatch(Endpoint& endpoint, const IncomingEvent& event);
  void handle(Endpoint& endpoint, const IncomingEvent& event, bool acknowledged);
  void runInline(Endpoint& endpoint, const IncomingEvent& event, const plugin::EventRoute& route, bool acknowledged);
  std::unique_ptr<WorkerCall> callFor(Endpoint& endpoint, const IncomingEvent& event,
                                      const std::shared_ptr<plugin::Generation>& plugin, plugin::CallGuard guard);
  void collect(Endpoint& endpoint, std::unique_ptr<WorkerCall> call);
  base::Task taskOf(std::unique_ptr<WorkerCall> call);
  // In ShardPassage.cpp:
  void pass(Endpoint& endpoint, const IncomingEvent& event, Passage passage);
  bool runStage(Endpoint& endpoint, const IncomingEvent& event, const plugin::StageRoute& stage, Passage& passage);
  bool goesOnAfter(Endpoint& endpoint, const IncomingEvent& event, bool wasPacket, const plugin::CallFailure& failure);
  void completeStage(Endpoint& endpoint, const IncomingEvent& event, WorkerCall& call,
                     const plugin::CallFailure* failure);
  const plugin::EventRoute* joining(Endpoint& endpoint, std::string_view event);
  void submitCollected();
  void refuse(WorkerCall& call);
  void complete(WorkerCall& call);
  void overdue(WorkerCall& call);
  void conclude(WorkerCall& call, std::size_t done, const plugin::CallFailure* last);
  void answerFailure(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure);
  void settle(Endpoint& endpoint);
  void authenticate(Endpoint& endpoint, const IncomingEvent& event);

  net::Loop& _loop;
  const SharedParts _shared;
  LoopCalls _calls;
  Handshakes _handshakes;
  ExpiryTimers _expiries;
  Directory _directory;
  IdentityEnds _identityEnds;
  Outgoing _outgoing;
  Delivery _delivery;
  Admissions _admissions;
  const std::unique_ptr<Recovery> _recovery;
  SocketQueries _queries;
  const ReplyParts _replyParts;
  AnonymousSweep _anonymous;
  std::vector<std::unique_ptr<WorkerCall>> _collected;  // go to their workers at the end of the turn
  TimedCalls _workerCalls;
  ConnectionCalls _roles;
  ConnectionCalls _replays;
  ShardCounters _counters;
  bool _draining = false;
  bool _toldOfUnrunFarewells = false;
};

}  // namespace chat::gateway
