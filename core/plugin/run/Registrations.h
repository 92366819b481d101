#pragma once

#include <string>
#include <vector>

#include "plugin/api/Plugin.h"
#include "plugin/file/LibraryIdentity.h"

namespace chat::plugin {

/// A handler as it was registered.
template <typename Handler>
struct Registered {
  Handler* handler;
  int order = 0;                            ///< among the handlers of its role; 0 for roles without an order
  Execution execution = Execution::Worker;  ///< as the handler says, for the roles that may choose
};

/// What a plugin registers while it starts. Faults are collected for `check()`, since an exception would pass through
/// the plugin's code. Thread: that of `Plugin::start()`.
class Registrations final : public Registrar {
 public:
  struct Event : Registered<EventHandler> {
    std::string name;
  };
  struct Timer {
    std::string name;
    std::chrono::milliseconds interval;
    TimerHandler* handler;
  };
  struct Command : Registered<CommandHandler> {
    std::string name;
  };
  template <typename Handler>
  using Handlers = std::vector<Registered<Handler>>;
  static constexpr std::chrono::milliseconds MinInterval{10};

  explicit Registrations(const LibraryIdentity& identity) : _identity(identity) {}

  void onEvent(std::string_view event, EventHandler& handler) override;
  void onConnect(int order, ConnectHandler& handler) override { _connects.push_back({&handler, order}); }
  void onDisconnect(DisconnectHandler& handler) override { _disconnects.push_back({&handler}); }
  void onPacket(int order, PacketHandler& handler) override {
    _packets.push_back({&handler, order, handler.execution()});
  }
  void onAny(EventHandler& handler) override { _anys.push_back({&handler, 0, handler.execution()}); }
  void onOutgoing(OutgoingHandler& handler) override { _outgoings.push_back({&handler}); }
  void onDisconnecting(DisconnectingHandler& handler) override {
    _disconnectings.push_back({&handler, 0, handler.execution()});
  }
  void onTimer(std::string_view name, std::chrono::milliseconds interval, TimerHandler& handler) override;
  void onSettings(SettingsHandler& handler) override;
  void onNamespace(NamespaceHandler& handler) override { _namespaces.push_back({&handler, 0, handler.execution()}); }
  void onHandshake(int order, HandshakeHandler& handler) override { _handshakes.push_back({&handler, order}); }
  void onCommand(std::string_view command, CommandHandler& handler) override;
  void onIdentityEnd(IdentityEndHandler& handler) override { _identityEnds.push_back({&handler}); }

  /// Throws Refused if the plugin has registered anything else than its identity declares.
  void check() const;

  const std::vector<Event>& events() const noexcept { return _events; }
  const Handlers<ConnectHandler>& connects() const noexcept { return _connects; }
  const Handlers<HandshakeHandler>& handshakes() const noexcept { return _handshakes; }
  const Handlers<DisconnectHandler>& disconnects() const noexcept { return _disconnects; }
  const Handlers<PacketHandler>& packets() const noexcept { return _packets; }
  const Handlers<EventHandler>& anys() const noexcept { return _anys; }
  const Handlers<OutgoingHandler>& outgoings() const noexcept { return _outgoings; }
  const Handlers<DisconnectingHandler>& disconnectings() const noexcept { return _disconnectings; }
  const Handlers<NamespaceHandler>& namespaces() const noexcept { return _namespaces; }
  const Handlers<IdentityEndHandler>& identityEnds() const noexcept { return _identityEnds; }
  const std::vector<Command>& commands() const noexcept { return _commands; }
  const std::vector<Timer>& timers() const noexcept { return _timers; }
  /// Null if there is none.
  SettingsHandler* settings() const noexcept { return _settings; }

 private:
  void fault(const std::string& what) { _faults += (_faults.empty() ? "" : "; ") + what; }

  const LibraryIdentity& _identity;
  std::vector<Event> _events;
  Handlers<ConnectHandler> _connects;
  Handlers<HandshakeHandler> _handshakes;
  Handlers<DisconnectHandler> _disconnects;
  Handlers<PacketHandler> _packets;
  Handlers<EventHandler> _anys;
  Handlers<OutgoingHandler> _outgoings;
  Handlers<DisconnectingHandler> _disconnectings;
  Handlers<NamespaceHandler> _namespaces;
  Handlers<IdentityEndHandler> _identityEnds;
  std::vector<Command> _commands;
  std::vector<Timer> _timers;
  SettingsHandler* _settings = nullptr;
  std::string _faults;
};

}  // namespace chat::plugin
