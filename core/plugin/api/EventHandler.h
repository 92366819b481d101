#pragma once

#include "plugin/api/Execution.h"
#include "plugin/api/Export.h"
#include "plugin/api/Reply.h"
#include "plugin/api/Request.h"

namespace chat::plugin {

/// Handles the events of one name. One instance serves every socket: calls for different sockets run at the same time
/// on different threads, calls for one socket run one after the other, in the order in which its events came.
class CHAT_PLUGIN_API EventHandler {
 public:
  virtual ~EventHandler();
  virtual Execution execution() const noexcept { return Execution::Worker; }
  /// Answers through `reply`. Throws AppError to refuse; anything else thrown is a fault (500).
  virtual void handle(const Request& request, Reply& reply) = 0;
};

}  // namespace chat::plugin
