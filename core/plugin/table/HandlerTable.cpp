#include "plugin/table/HandlerTable.h"

#include <algorithm>
#include <utility>

namespace chat::plugin {

namespace {

/// The packet handlers by their order, then those for any event.
std::shared_ptr<const Stages> stagesOf(std::span<const std::shared_ptr<Generation>> plugins) {
  Stages stages;
  for (const auto& plugin : plugins) {
    std::size_t number = 0;
    for (const auto& packet : plugin->registrations().packets()) {
      stages.push_back(
          {packet.order, packet.handler, nullptr, packet.execution, number++, plugin, plugin->statsOf(role::Packet)});
    }
  }
  std::stable_sort(stages.begin(), stages.end(),
                   [](const StageRoute& left, const StageRoute& right) { return left.order < right.order; });
  for (const auto& plugin : plugins) {
    std::size_t number = 0;
    for (const auto& any : plugin->registrations().anys()) {
      stages.push_back({0, nullptr, any.handler, any.execution, number++, plugin, plugin->statsOf(role::Any)});
    }
  }
  return stages.empty() ? nullptr : std::make_shared<const Stages>(std::move(stages));
}

}  // namespace

HandlerTable::HandlerTable(std::span<const std::shared_ptr<Generation>> plugins) {
  for (const auto& plugin : plugins) {
    const auto& registered = plugin->registrations();
    for (const auto& event : registered.events()) {
      _events.emplace(event.name, EventRoute{event.handler, event.execution, plugin, plugin->statsOf(event.name)});
    }
    for (const auto& connect : registered.connects()) {
      _connects.push_back(
          {connect.order, connect.handler, plugin, plugin->statsOf(role::Connect), plugin->statsOf(role::Replay)});
    }
    for (auto* const handler : registered.disconnects()) {
      _disconnects.push_back({handler, plugin, plugin->statsOf(role::Disconnect)});
    }
    for (const auto& handshake : registered.handshakes()) {
      _handshakes.push_back({handshake.order, handshake.handler, plugin, plugin->statsOf(role::Handshake)});
    }
    for (auto* const handler : registered.outgoings()) {
      _outgoings.push_back({handler, plugin, plugin->statsOf(role::Outgoing)});
    }
    for (const auto& leaving : registered.disconnectings()) {
      _disconnectings.push_back({leaving.handler, leaving.execution, plugin, plugin->statsOf(role::Disconnecting)});
    }
    for (const auto& nsp : registered.namespaces()) {
      _namespaces.push_back({nsp.handler, nsp.execution, plugin, plugin->statsOf(role::Namespace)});
    }
    for (const auto& command : registered.commands()) {
      _commands.emplace(command.name, CommandRoute{command.handler, plugin});
    }
    for (auto* const handler : registered.identityEnds()) {
      _identityEnds.push_back({handler, plugin, plugin->statsOf(role::IdentityEnd)});
    }
  }
  const auto byOrder = [](const auto& left, const auto& right) { return left.order < right.order; };
  std::stable_sort(_connects.begin(), _connects.end(), byOrder);
  std::stable_sort(_handshakes.begin(), _handshakes.end(), byOrder);
  _stages = stagesOf(plugins);
}

}  // namespace chat::plugin
