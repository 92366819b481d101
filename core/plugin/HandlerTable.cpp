#include "plugin/HandlerTable.h"

#include <algorithm>

namespace chat::plugin {

HandlerTable::HandlerTable(std::span<const std::shared_ptr<Generation>> plugins) {
  for (const auto& plugin : plugins) {
    const auto& registered = plugin->registrations();
    for (const auto& event : registered.events()) {
      _events.emplace(event.name, EventRoute{event.handler, event.execution, plugin, plugin->statsOf(event.name)});
    }
    for (const auto& connect : registered.connects()) {
      _connects.push_back({connect.order, connect.handler, plugin});
    }
    for (auto* const handler : registered.disconnects()) _disconnects.push_back({handler, plugin});
  }
  std::stable_sort(_connects.begin(), _connects.end(),
                   [](const ConnectRoute& left, const ConnectRoute& right) { return left.order < right.order; });
}

}  // namespace chat::plugin
