#pragma once

#include <Poco/Logger.h>

#include <string_view>

#include "base/UniqueFunction.h"
#include "gateway/Endpoint.h"
#include "gateway/SharedParts.h"
#include "plugin/HandlerTable.h"

namespace chat::gateway {

/// Tells the plugins that an endpoint leaves: at once those that want to hear it while it is still in its rooms, on a
/// worker after its last event those that may wait. Thread: the loop's, but for the task.
class Farewell {
 public:
  /// The endpoint is leaving (`leaveReason` is set) and still in its rooms, which are kept for `task` where that needs
  /// them.
  static void begin(Endpoint& endpoint, const plugin::HandlerTable& table, Poco::Logger& logger);
  /// What a worker does once the endpoint's last event was handled; empty where nobody wants to hear of it.
  static base::Task task(Endpoint& endpoint, const plugin::HandlerTable& table, const SharedParts& shared);
};

}  // namespace chat::gateway
