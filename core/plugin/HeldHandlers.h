#pragma once

#include <memory>
#include <vector>

#include "plugin/TablePublication.h"

namespace chat::plugin {

/// The handlers of one kind, in their order, each with a guard of its plugin: all of one table, so that none of them is
/// replaced half way.
template <typename Route>
struct HeldHandlers {
  std::shared_ptr<const HandlerTable> table;
  const std::vector<Route>* routes = nullptr;
  std::vector<CallGuard> guards;  // fewer than routes only where a plugin is stopped for good

  bool isComplete() const noexcept { return guards.size() == routes->size(); }
};

/// Thread: any that may wait for a lock.
template <typename Route>
HeldHandlers<Route> hold(const TablePublication& tables,
                         const std::vector<Route>& (HandlerTable::*kind)() const noexcept) {
  constexpr int MaxAttempts = 16;  // each one more means a replacement in the same moment
  HeldHandlers<Route> held;
  for (int attempt = 0; attempt < MaxAttempts; ++attempt) {
    held.guards.clear();
    held.table = tables.current();
    held.routes = &(held.table.get()->*kind)();
    for (const auto& route : *held.routes) {
      auto guard = route.plugin->enter();
      if (!guard) break;
      held.guards.push_back(std::move(guard));
    }
    if (held.isComplete()) break;
  }
  return held;
}

}  // namespace chat::plugin
