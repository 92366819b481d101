#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "plugin/table/TablePublication.h"

namespace chat::plugin {

/// How often handlers are looked up again if a plugin that was found is being replaced and lets no call in. Each
/// further time means one more replacement in the same moment.
inline constexpr int MaxEntryAttempts = 16;

/// The handlers of one role, in their order, each with a guard of its plugin. All are from one table, so that all of
/// them belong to the same moment.
template <typename AnyRoute>
struct GuardedHandlers {
  std::shared_ptr<const HandlerTable> table;
  const std::vector<AnyRoute>* routes = nullptr;
  std::vector<CallGuard> guards;  ///< fewer than routes only if a plugin has been removed for good

  bool isComplete() const noexcept { return guards.size() == routes->size(); }
};

/// `current` gives the current table as a shared pointer; it is called again if a plugin of the table is being
/// replaced. Thread: that of `current`.
template <typename Current, typename AnyRoute>
GuardedHandlers<AnyRoute> guardAll(Current&& current,
                                   const std::vector<AnyRoute>& (HandlerTable::*kind)() const noexcept) {
  GuardedHandlers<AnyRoute> guarded;
  for (int attempt = 0; attempt < MaxEntryAttempts; ++attempt) {
    guarded.guards.clear();
    guarded.table = current();
    guarded.routes = &(guarded.table.get()->*kind)();
    for (const auto& route : *guarded.routes) {
      auto guard = route.plugin->enter();
      if (!guard) break;
      guarded.guards.push_back(std::move(guard));
    }
    if (guarded.isComplete()) break;
  }
  return guarded;
}

/// The same with the current table of `tables`. Thread: any that may wait for a lock.
template <typename AnyRoute>
GuardedHandlers<AnyRoute> guardAll(const TablePublication& tables,
                                   const std::vector<AnyRoute>& (HandlerTable::*kind)() const noexcept) {
  return guardAll([&tables] { return tables.current(); }, kind);
}

}  // namespace chat::plugin
