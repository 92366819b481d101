#include "socketio/DisconnectReason.h"

namespace chat::socketio {

std::string_view name(DisconnectReason reason) noexcept {
  switch (reason) {
    case DisconnectReason::ServerNamespaceDisconnect:
      return "server namespace disconnect";
    case DisconnectReason::ClientNamespaceDisconnect:
      return "client namespace disconnect";
    case DisconnectReason::ServerShuttingDown:
      return "server shutting down";
    case DisconnectReason::PingTimeout:
      return "ping timeout";
    case DisconnectReason::TransportClose:
      return "transport close";
    case DisconnectReason::TransportError:
      return "transport error";
    case DisconnectReason::ParseError:
      return "parse error";
    case DisconnectReason::ForcedClose:
      return "forced close";
    case DisconnectReason::ForcedServerClose:
      return "forced server close";
  }
  return "unknown";
}

}  // namespace chat::socketio
