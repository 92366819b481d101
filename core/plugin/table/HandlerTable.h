#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugin/table/Route.h"

namespace chat::plugin {

using EventRoute = Route<EventHandler>;
using CommandRoute = Route<CommandHandler>;
using HandshakeRoute = Route<HandshakeHandler>;
using NamespaceRoute = Route<NamespaceHandler>;
using OutgoingRoute = Route<OutgoingHandler>;
using DisconnectingRoute = Route<DisconnectingHandler>;
using DisconnectRoute = Route<DisconnectHandler>;
using IdentityEndRoute = Route<IdentityEndHandler>;

struct ConnectRoute : Route<ConnectHandler> {
  std::shared_ptr<EventStats> replayStats;  ///< of ConnectHandler::connected; never null
};

/// A handler that every event passes on the way to its own: a packet handler, or one for any event. Exactly one of
/// `packet` and `any` is there, so this is no Route.
struct StageRoute {
  PacketHandler* packet;
  EventHandler* any;
  int order;  ///< among the packet handlers; 0 for the others, which follow them
  Execution execution;
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< never null
  std::size_t number;  ///< among the handlers of its kind in its plugin; the next generation's has the same
};
using Stages = std::vector<StageRoute>;

/// The handlers of all plugins that serve at one moment. A table never changes: it is read without locks and replaced
/// as a whole. Thread: any; immutable.
class HandlerTable {
 public:
  HandlerTable() = default;
  /// No two of `plugins` may handle the same event, or have the same command.
  explicit HandlerTable(std::span<const std::shared_ptr<Generation>> plugins);

  /// Null if no plugin handles the event. Allocates nothing. Valid as long as the table.
  const EventRoute* find(std::string_view event) const noexcept {
    const auto found = _events.find(event);
    return found == _events.end() ? nullptr : &found->second;
  }
  /// Null if no plugin has the command. Valid as long as the table.
  const CommandRoute* findCommand(std::string_view command) const noexcept {
    const auto found = _commands.find(command);
    return found == _commands.end() ? nullptr : &found->second;
  }
  /// Sorted by their order, and by the order in which the plugins were loaded.
  const std::vector<ConnectRoute>& connects() const noexcept { return _connects; }
  /// Likewise.
  const std::vector<HandshakeRoute>& handshakes() const noexcept { return _handshakes; }
  const std::vector<DisconnectRoute>& disconnects() const noexcept { return _disconnects; }
  /// The handlers that every event passes, in this order. Null if there are none, which is the usual case.
  const std::shared_ptr<const Stages>& stages() const noexcept { return _stages; }
  const std::vector<OutgoingRoute>& outgoings() const noexcept { return _outgoings; }
  const std::vector<DisconnectingRoute>& disconnectings() const noexcept { return _disconnectings; }
  const std::vector<NamespaceRoute>& namespaces() const noexcept { return _namespaces; }
  const std::vector<IdentityEndRoute>& identityEnds() const noexcept { return _identityEnds; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };

  std::unordered_map<std::string, EventRoute, Hash, std::equal_to<>> _events;
  std::unordered_map<std::string, CommandRoute, Hash, std::equal_to<>> _commands;
  std::vector<ConnectRoute> _connects;
  std::vector<HandshakeRoute> _handshakes;
  std::vector<DisconnectRoute> _disconnects;
  std::shared_ptr<const Stages> _stages;
  std::vector<OutgoingRoute> _outgoings;
  std::vector<DisconnectingRoute> _disconnectings;
  std::vector<NamespaceRoute> _namespaces;
  std::vector<IdentityEndRoute> _identityEnds;
};

}  // namespace chat::plugin
