#pragma once

#include <string>
#include <vector>

#include "plugin/LibraryIdentity.h"
#include "plugin/api/Plugin.h"

namespace chat::plugin {

/// What a plugin registers while it starts. Faults are collected rather than thrown through the plugin's code.
/// Thread: that of `Plugin::start()`.
class Registrations final : public Registrar {
 public:
  struct Event {
    std::string name;
    EventHandler* handler;
    Execution execution;
  };
  struct Connect {
    int order;
    ConnectHandler* handler;
  };

  explicit Registrations(const LibraryIdentity& identity) : _identity(identity) {}

  void onEvent(std::string_view event, EventHandler& handler) override;
  void onConnect(int order, ConnectHandler& handler) override { _connects.push_back({order, &handler}); }
  void onDisconnect(DisconnectHandler& handler) override { _disconnects.push_back(&handler); }

  /// Throws Refused where what was registered isn't what the identity declares.
  void check() const;

  const std::vector<Event>& events() const noexcept { return _events; }
  const std::vector<Connect>& connects() const noexcept { return _connects; }
  const std::vector<DisconnectHandler*>& disconnects() const noexcept { return _disconnects; }

 private:
  const LibraryIdentity& _identity;
  std::vector<Event> _events;
  std::vector<Connect> _connects;
  std::vector<DisconnectHandler*> _disconnects;
  std::string _faults;
};

}  // namespace chat::plugin
