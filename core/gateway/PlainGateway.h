#pragma once

#include "gateway/admission/Admissions.h"
#include "gateway/admission/Farewells.h"
#include "gateway/endpoint/PlainEndpoint.h"
#include "gateway/event/EventPipeline.h"
#include "gateway/reply/ReplyContext.h"
#include "plainws/EnvelopeSink.h"

namespace chat::gateway {

/// The door by which plain WebSockets come in: leads a loop's peers through admission, their events into the pipeline,
/// and out again. SocketGateway is its equal for Socket.IO. Thread: the loop's.
class PlainGateway final : public plainws::EnvelopeSink {
 public:
  /// The parts of the loop's gateway that it leads to. All outlive it.
  struct Neighbours {
    const ReplyContext& replies;
    EventPipeline& events;
    Admissions& admissions;
    Farewells& farewells;
  };
  explicit PlainGateway(const Neighbours& neighbours) noexcept : _to(neighbours) {}

 private:
  void onConnecting(plainws::Peer& peer) override;
  void onEvent(plainws::Peer& peer, const plainws::EnvelopeView& event) override;
  void onClosed(plainws::Peer& peer, websocket::CloseCode code) override;
  void onDrained(plainws::Peer& peer) override;

  void decided(PlainEndpoint& endpoint, const AdmissionVerdict& verdict);

  const Neighbours _to;
};

}  // namespace chat::gateway
