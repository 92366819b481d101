#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/call/ConnectionCalls.h"
#include "gateway/call/LoopCalls.h"
#include "gateway/delivery/Delivery.h"
#include "gateway/delivery/ReplayFlow.h"
#include "gateway/delivery/ReplayStep.h"
#include "gateway/endpoint/CallerSnapshot.h"
#include "gateway/endpoint/Endpoint.h"
#include "plugin/api/ConnectHandler.h"

namespace chat::gateway {

/// One replay: reads on a thread of its own pool what a client has missed and sends it from the client's loop, no
/// faster than the client takes it. A handler's time-out is for what it does itself between two emits, not for the
/// client's slowness.
///
/// Without the whole replay the client would have a gap: if a handler fails, takes too long or is out of service, the
/// connection is dropped, upon which the client comes back by itself and asks again.
class ReplayRun final : public plugin::Replay, public ConnectionCall {
 public:
  /// The first two outlive it.
  ReplayRun(LoopCalls& calls, Delivery& delivery, const EndpointHandle& endpoint,
            std::shared_ptr<const CallerSnapshot> caller, std::string auth, std::vector<ReplayStep> handlers);

  void run() override;
  void concluded(const plugin::CallFailure* tooLong) override;

 private:
  bool emit(std::string_view event, std::string_view args, std::uint64_t position) override;
  bool release() override;
  bool releaseAt(std::uint64_t position) override;
  bool askToRelease();

  LoopCalls& _calls;
  Delivery& _delivery;
  const EndpointHandle _endpoint;
  const std::shared_ptr<const CallerSnapshot> _caller;
  const std::string _auth;
  std::vector<ReplayStep> _handlers;
  const std::shared_ptr<ReplayFlow> _flow;
  plugin::Stream _stream{};  // of the plugin whose handler runs
  bool _released = false;    // by that handler
  std::uint64_t _upTo = 0;   // the client has everything up to there, as that handler says
  Failure _failure;
};

}  // namespace chat::gateway
