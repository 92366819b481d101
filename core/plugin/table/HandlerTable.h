#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugin/run/Generation.h"

namespace chat::plugin {

/// Where an event goes. The handler may be called only under a guard of its plugin (`plugin->enter()`).
struct EventRoute {
  EventHandler* handler;
  Execution execution;
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< never null
};

struct ConnectRoute {
  int order;
  ConnectHandler* handler;
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;        ///< never null
  std::shared_ptr<EventStats> replayStats;  ///< likewise; of ConnectHandler::connected
};

struct HandshakeRoute {
  int order;
  HandshakeHandler* handler;
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< never null
};

struct DisconnectRoute {
  DisconnectHandler* handler;
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< never null
};

/// A handler that every event passes on the way to its own: a packet handler, or one for any event. Exactly one of
/// `packet` and `any` is there.
struct StageRoute {
  int order;
  PacketHandler* packet;
  EventHandler* any;
  Execution execution;
  std::size_t number;  ///< among those of its kind and plugin, to find its successor by
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< never null
};
using Stages = std::vector<StageRoute>;

struct OutgoingRoute {
  OutgoingHandler* handler;
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< never null
};

struct DisconnectingRoute {
  DisconnectingHandler* handler;
  Execution execution;
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< never null
};

struct NamespaceRoute {
  NamespaceHandler* handler;
  Execution execution;
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< never null
};

struct CommandRoute {
  CommandHandler* handler;
  std::shared_ptr<Generation> plugin;
};

struct IdentityEndRoute {
  IdentityEndHandler* handler;
  std::shared_ptr<Generation> plugin;
  std::shared_ptr<EventStats> stats;  ///< never null
};

/// Whether it is called on the loop: one that held a loop too long is inline no more.
template <typename Route>
bool runsInline(const Route& route) noexcept {
  return route.execution == Execution::Inline &&
         route.stats->movedGeneration.load(std::memory_order_relaxed) != route.plugin->number();
}

/// Who handles what, as of one moment: frozen when published, read without locks, replaced as a whole.
/// Thread: any; immutable.
class HandlerTable {
 public:
  HandlerTable() = default;
  /// No two of them handle the same event.
  explicit HandlerTable(std::span<const std::shared_ptr<Generation>> plugins);

  /// Null where nobody handles the event. Allocates nothing; valid as long as the table.
  const EventRoute* find(std::string_view event) const noexcept {
    const auto found = _events.find(event);
    return found == _events.end() ? nullptr : &found->second;
  }
  /// Null where nobody has the command; as above.
  const CommandRoute* findCommand(std::string_view command) const noexcept {
    const auto found = _commands.find(command);
    return found == _commands.end() ? nullptr : &found->second;
  }
  /// By their order; where two have the same, by the order in which the plugins were loaded.
  const std::vector<ConnectRoute>& connects() const noexcept { return _connects; }
  /// Likewise.
  const std::vector<HandshakeRoute>& handshakes() const noexcept { return _handshakes; }
  const std::vector<DisconnectRoute>& disconnects() const noexcept { return _disconnects; }
  /// What every event passes, in this order; null where there is nothing, which is the usual case.
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
