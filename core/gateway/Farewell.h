#pragma once

#include <memory>

#include "gateway/ConnectionCalls.h"
#include "gateway/Endpoint.h"

namespace chat::gateway {

class Shard;

/// Tells the plugins that an endpoint leaves: at once those that want to hear it while it is still in its rooms, on a
/// worker after its last event those that may wait. Thread: the loop's.
///
/// They hear of it also while their plugin is out of service: it may hold what has to be given up.
class Farewell {
 public:
  /// The endpoint is leaving (`leaveReason` is set) and still in its rooms, which are kept for `call` where that needs
  /// them.
  static void begin(Endpoint& endpoint, Shard& shard);
  /// To be submitted once the endpoint's last event was handled; null where nobody wants to hear of it.
  static std::unique_ptr<ConnectionCall> call(Endpoint& endpoint, Shard& shard);
};

}  // namespace chat::gateway
