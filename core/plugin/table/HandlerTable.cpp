#include "plugin/table/HandlerTable.h"

#include <algorithm>
#include <utility>

namespace chat::plugin {

namespace {

/// The packet handlers, sorted by their order, then the handlers for any event.
std::shared_ptr<const Stages> stagesOf(std::span<const std::shared_ptr<Generation>> plugins) {
  Stages stages;
  for (const auto& plugin : plugins) {
    std::size_t number = 0;
    for (const auto& packet : plugin->registrations().packets()) {
      stages.push_back(
          {packet.handler, nullptr, packet.order, packet.execution, plugin, plugin->statsOf(role::Packet), number++});
    }
  }
  std::stable_sort(stages.begin(), stages.end(),
                   [](const StageRoute& left, const StageRoute& right) { return left.order < right.order; });
  for (const auto& plugin : plugins) {
    std::size_t number = 0;
    for (const auto& any : plugin->registrations().anys()) {
      stages.push_back({nullptr, any.handler, 0, any.execution, plugin, plugin->statsOf(role::Any), number++});
    }
  }
  return stages.empty() ? nullptr : std::make_shared<const Stages>(std::move(stages));
}

template <typename Handler>
Route<Handler> routeOf(const Registered<Handler>& registered, const std::shared_ptr<Generation>& plugin,
                       const std::string& name) {
  return {registered.handler, registered.order, registered.execution, plugin, plugin->statsOf(name)};
}

template <typename Handler>
void add(std::vector<Route<Handler>>& routes, const Registrations::Handlers<Handler>& registered,
         const std::shared_ptr<Generation>& plugin, const char* role) {
  for (const auto& each : registered) routes.push_back(routeOf(each, plugin, role));
}

}  // namespace

HandlerTable::HandlerTable(std::span<const std::shared_ptr<Generation>> plugins) {
  for (const auto& plugin : plugins) {
    const auto& registered = plugin->registrations();
    for (const auto& event : registered.events()) _events.emplace(event.name, routeOf(event, plugin, event.name));
    for (const auto& command : registered.commands()) {
      _commands.emplace(command.name, CommandRoute{command.handler, 0, command.execution, plugin, nullptr});
    }
    for (const auto& connect : registered.connects()) {
      _connects.push_back({routeOf(connect, plugin, role::Connect), plugin->statsOf(role::Replay)});
    }
    add(_handshakes, registered.handshakes(), plugin, role::Handshake);
    add(_namespaces, registered.namespaces(), plugin, role::Namespace);
    add(_outgoings, registered.outgoings(), plugin, role::Outgoing);
    add(_disconnectings, registered.disconnectings(), plugin, role::Disconnecting);
    add(_disconnects, registered.disconnects(), plugin, role::Disconnect);
    add(_identityEnds, registered.identityEnds(), plugin, role::IdentityEnd);
  }
  const auto byOrder = [](const auto& left, const auto& right) { return left.order < right.order; };
  std::stable_sort(_connects.begin(), _connects.end(), byOrder);
  std::stable_sort(_handshakes.begin(), _handshakes.end(), byOrder);
  _stages = stagesOf(plugins);
}

}  // namespace chat::plugin
