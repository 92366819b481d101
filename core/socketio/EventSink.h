#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "socketio/DisconnectReason.h"

namespace chat::socketio {

class Socket;

/// An event as it was received. Views are valid during the call only.
struct EventView {
  std::string_view name;  ///< unescaped
  std::string_view
      args;  ///< the JSON values after the name, separated by commas, without the brackets; not checked further
  std::optional<std::uint64_t> ackId;
  std::span<const std::string_view> attachments;
  std::string_view ackDigits;  ///< in place of ackId where that is beyond 64 bits; see PacketView
};

/// What the layer above decides and hears. All calls on the socket's loop.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// A client asks for a namespace; `auth` is the payload of CONNECT, `{}` where there was none. The socket is not
  /// connected yet: the sink calls `Socket::accept` or `Socket::refuse`, now or later.
  virtual void onConnecting(Socket& socket, std::string_view auth) = 0;
  /// Whether somebody may want to serve a namespace that isn't served. A socket is then opened in it all the same, and
  /// the sink decides of the namespace before the socket: `Server::serve` or `Socket::refuseNamespace`.
  virtual bool mayServe(std::string_view nsp) {
    static_cast<void>(nsp);
    return false;
  }
  /// An event of a connected socket, in the order of arrival. Reserved names never come.
  virtual void onEvent(Socket& socket, const EventView& event) = 0;
  /// The socket is leaving and still in its rooms. Not called for one that was never accepted.
  virtual void onDisconnecting(Socket& socket, DisconnectReason reason) = 0;
  /// The last call for any socket that `onConnecting` was called for; it is gone when this returns.
  virtual void onGone(Socket& socket) = 0;
  /// Everything that waited for the client's connection has left (one call for each of its sockets).
  virtual void onDrained(Socket& socket) { static_cast<void>(socket); }
};

}  // namespace chat::socketio
