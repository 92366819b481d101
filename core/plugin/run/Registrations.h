#pragma once

#include <string>
#include <vector>

#include "plugin/api/Plugin.h"
#include "plugin/file/LibraryIdentity.h"

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
  struct Handshake {
    int order;
    HandshakeHandler* handler;
  };
  struct Packet {
    int order;
    PacketHandler* handler;
    Execution execution;
  };
  struct Any {
    EventHandler* handler;
    Execution execution;
  };
  struct Disconnecting {
    DisconnectingHandler* handler;
    Execution execution;
  };
  struct Namespace {
    NamespaceHandler* handler;
    Execution execution;
  };
  struct Timer {
    std::string name;
    std::chrono::milliseconds interval;
    TimerHandler* handler;
  };
  struct Command {
    std::string name;
    CommandHandler* handler;
  };
  static constexpr std::chrono::milliseconds MinInterval{10};

  explicit Registrations(const LibraryIdentity& identity) : _identity(identity) {}

  void onEvent(std::string_view event, EventHandler& handler) override;
  void onConnect(int order, ConnectHandler& handler) override { _connects.push_back({order, &handler}); }
  void onDisconnect(DisconnectHandler& handler) override { _disconnects.push_back(&handler); }
  void onPacket(int order, PacketHandler& handler) override {
    _packets.push_back({order, &handler, handler.execution()});
  }
  void onAny(EventHandler& handler) override { _anys.push_back({&handler, handler.execution()}); }
  void onOutgoing(OutgoingHandler& handler) override { _outgoings.push_back(&handler); }
  void onDisconnecting(DisconnectingHandler& handler) override {
    _disconnectings.push_back({&handler, handler.execution()});
  }
  void onTimer(std::string_view name, std::chrono::milliseconds interval, TimerHandler& handler) override;
  void onSettings(SettingsHandler& handler) override;
  void onNamespace(NamespaceHandler& handler) override { _namespaces.push_back({&handler, handler.execution()}); }
  void onHandshake(int order, HandshakeHandler& handler) override { _handshakes.push_back({order, &handler}); }
  void onCommand(std::string_view command, CommandHandler& handler) override;
  void onIdentityEnd(IdentityEndHandler& handler) override { _identityEnds.push_back(&handler); }

  /// Throws Refused where what was registered isn't what the identity declares.
  void check() const;

  const std::vector<Event>& events() const noexcept { return _events; }
  const std::vector<Connect>& connects() const noexcept { return _connects; }
  const std::vector<Handshake>& handshakes() const noexcept { return _handshakes; }
  const std::vector<DisconnectHandler*>& disconnects() const noexcept { return _disconnects; }
  const std::vector<Packet>& packets() const noexcept { return _packets; }
  const std::vector<Any>& anys() const noexcept { return _anys; }
  const std::vector<OutgoingHandler*>& outgoings() const noexcept { return _outgoings; }
  const std::vector<Disconnecting>& disconnectings() const noexcept { return _disconnectings; }
  const std::vector<Namespace>& namespaces() const noexcept { return _namespaces; }
  const std::vector<IdentityEndHandler*>& identityEnds() const noexcept { return _identityEnds; }
  const std::vector<Command>& commands() const noexcept { return _commands; }
  const std::vector<Timer>& timers() const noexcept { return _timers; }
  /// Null where there is none.
  SettingsHandler* settings() const noexcept { return _settings; }

 private:
  void fault(const std::string& what) { _faults += (_faults.empty() ? "" : "; ") + what; }

  const LibraryIdentity& _identity;
  std::vector<Event> _events;
  std::vector<Connect> _connects;
  std::vector<Handshake> _handshakes;
  std::vector<DisconnectHandler*> _disconnects;
  std::vector<Packet> _packets;
  std::vector<Any> _anys;
  std::vector<OutgoingHandler*> _outgoings;
  std::vector<Disconnecting> _disconnectings;
  std::vector<Namespace> _namespaces;
  std::vector<IdentityEndHandler*> _identityEnds;
  std::vector<Command> _commands;
  std::vector<Timer> _timers;
  SettingsHandler* _settings = nullptr;
  std::string _faults;
};

}  // namespace chat::plugin
