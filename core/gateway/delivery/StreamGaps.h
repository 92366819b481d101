#pragma once

#include <memory>

#include "gateway/call/ConnectionCalls.h"
#include "gateway/call/LoopCalls.h"
#include "gateway/delivery/Delivery.h"
#include "gateway/emission/Emission.h"
#include "gateway/endpoint/Endpoint.h"

namespace chat::gateway {

/// Has the gaps filled that endpoints of one loop would have: an emit names the position before it
/// (Emitter::emitAfter), and the endpoint wasn't sent that one. Thread: the loop's.
class StreamGaps {
 public:
  /// All outlive it.
  StreamGaps(LoopCalls& calls, Delivery& delivery, ConnectionCalls& replays) noexcept
      : _calls(calls), _delivery(delivery), _replays(replays) {}

  /// Holds the emit, and has its plugin send what is missing before it (plugin::StreamHandler). False if the plugin
  /// can't do that.
  bool fill(Endpoint& endpoint, const std::shared_ptr<const Emission>& emission);

 private:
  LoopCalls& _calls;
  Delivery& _delivery;
  ConnectionCalls& _replays;
};

}  // namespace chat::gateway
