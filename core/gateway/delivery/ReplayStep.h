#pragma once

#include <memory>

#include "plugin/table/HandlerTable.h"

namespace chat::gateway {

/// A connect handler that has something to send to the client that comes in, and its plugin, which isn't unloaded
/// meanwhile.
struct ReplayStep {
  plugin::ConnectHandler* handler;
  std::shared_ptr<plugin::Generation> plugin;
  std::shared_ptr<plugin::EventStats> stats;
  plugin::CallGuard guard;
};

}  // namespace chat::gateway
