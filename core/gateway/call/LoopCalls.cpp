#include "gateway/call/LoopCalls.h"

namespace chat::gateway {

// A plugin that is being replaced lets nobody in; the current table has its successor, or nobody. Each further turn
// means one more replacement in the same moment.
LoopCalls::Entered LoopCalls::enter(std::string_view event) {
  for (int attempt = 0; attempt < plugin::MaxEntryAttempts; ++attempt) {
    const auto* route = table().find(event);
    if (!route) return {};
    if (auto guard = route->plugin->enter()) return {route, std::move(guard)};
  }
  return {};
}

}  // namespace chat::gateway
