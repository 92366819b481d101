#pragma once

#include <string_view>

#include "gateway/ShardCounters.h"
#include "gateway/admission/Admissions.h"
#include "gateway/admission/Farewells.h"
#include "gateway/call/LoopCalls.h"
#include "gateway/delivery/Delivery.h"
#include "gateway/delivery/Recovery.h"
#include "gateway/endpoint/SocketEndpoint.h"
#include "gateway/event/EventPipeline.h"
#include "gateway/reply/ReplyContext.h"
#include "socketio/EventSink.h"

namespace chat::gateway {

/// The door by which Socket.IO comes in: leads a loop's sockets through admission and recovery, their events into the
/// pipeline, and out again. PlainGateway is its equal for plain WebSockets. Thread: the loop's.
class SocketGateway final : public socketio::EventSink {
 public:
  /// The parts of the loop's gateway that it leads to. All outlive it.
  struct Neighbours {
    LoopCalls& calls;
    const ReplyContext& replies;
    Delivery& delivery;
    EventPipeline& events;
    Admissions& admissions;
    Farewells& farewells;
    ShardCounters& counters;
    Recovery* recovery;  ///< null if connections aren't recovered
  };
  explicit SocketGateway(const Neighbours& neighbours) noexcept : _to(neighbours) {}

 private:
  void onConnecting(socketio::Socket& socket, std::string_view auth) override;
  bool mayServe(std::string_view nsp) override;
  void onEvent(socketio::Socket& socket, const socketio::EventView& event) override;
  void onTooDeep(socketio::Socket& socket, const socketio::EventView& event) override;
  void onDisconnecting(socketio::Socket& socket, socketio::DisconnectReason reason) override;
  void onGone(socketio::Socket& socket) override;
  void onDrained(socketio::Socket& socket) override;

  void claim(SocketEndpoint& endpoint, std::string_view auth, Recovery::Asked asked);
  void ask(SocketEndpoint& endpoint, std::string_view auth, const Revocations::Watch& revoked);
  void decided(SocketEndpoint& endpoint, const AdmissionVerdict& verdict);

  const Neighbours _to;
};

}  // namespace chat::gateway
