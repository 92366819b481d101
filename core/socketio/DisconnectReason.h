#pragma once

#include <string_view>

namespace chat::socketio {

/// Why a socket left its namespace.
enum class DisconnectReason {
  ServerNamespaceDisconnect,
  ClientNamespaceDisconnect,
  ServerShuttingDown,
  PingTimeout,
  TransportClose,
  TransportError,
  ParseError,
  ForcedClose,
  ForcedServerClose,
};

/// The reference server's words: `server namespace disconnect`, `ping timeout`, …
std::string_view name(DisconnectReason reason) noexcept;

}  // namespace chat::socketio
