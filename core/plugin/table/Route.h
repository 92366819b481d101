#pragma once

#include <memory>

#include "plugin/api/Execution.h"
#include "plugin/call/EventStats.h"
#include "plugin/run/Generation.h"

namespace chat::plugin {

/// A handler of one role, and the plugin that it belongs to. The handler may be called only under a guard of its plugin
/// (`plugin->enter()`). A value; the handler is valid as long as the guard is held.
template <typename Handler>
struct Route {
  Handler* handler;
  int order;            ///< among the handlers of its role, the lowest first; 0 for roles without an order
  Execution execution;  ///< Execution::Worker for roles that have no choice
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< where its calls are counted; null for commands alone, which aren't counted
};

/// Whether the handler is called on the loop. One that held up a loop for too long isn't any more.
template <typename AnyRoute>
bool runsInline(const AnyRoute& route) noexcept {
  return route.execution == Execution::Inline &&
         route.stats->movedGeneration.load(std::memory_order_relaxed) != route.plugin->number();
}

}  // namespace chat::plugin
