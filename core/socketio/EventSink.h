#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "socketio/DisconnectReason.h"

namespace chat::socketio {

class Socket;

/// A received event. Views are valid during the call only.
struct EventView {
  std::string_view name;  ///< unescaped
  std::string_view
      args;  ///< the JSON values after the name, separated by commas, without the brackets; not checked further
  std::optional<std::uint64_t> ackId;
  std::span<const std::string_view> attachments;
  std::string_view ackDigits;  ///< instead of ackId if that doesn't fit into 64 bits; see PacketView
};

/// What the layer above implements: it decides on admissions and receives events. All calls on the socket's loop.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// A client asks for a namespace; `auth` is the payload of CONNECT, `{}` if it had none. The socket is not connected
  /// yet: the sink calls `Socket::accept` or `Socket::refuse`, during this call or later.
  virtual void onConnecting(Socket& socket, std::string_view auth) = 0;
  /// Whether the sink wants to decide on a namespace that isn't served yet. If so, a socket is opened in it
  /// nevertheless, and the sink decides on the namespace before the socket: `Server::serve` or
  /// `Socket::refuseNamespace`.
  virtual bool mayServe(std::string_view nsp) {
    static_cast<void>(nsp);
    return false;
  }
  /// An event of a connected socket, in the order of arrival. Reserved names never come.
  virtual void onEvent(Socket& socket, const EventView& event) = 0;
  /// An event, in the same order, whose arguments are nested deeper than base::MaxJsonDepth: `args` and `attachments`
  /// are empty.
  virtual void onTooDeep(Socket& socket, const EventView& event) {
    static_cast<void>(socket);
    static_cast<void>(event);
  }
  /// The socket is about to leave and still in its rooms. Not called for a socket that was never accepted.
  virtual void onDisconnecting(Socket& socket, DisconnectReason reason) = 0;
  /// The last call for every socket that `onConnecting` was called for; the socket is destroyed after it.
  virtual void onGone(Socket& socket) = 0;
  /// Everything that waited for the client has been sent (one call for each of its sockets).
  virtual void onDrained(Socket& socket) { static_cast<void>(socket); }
};

}  // namespace chat::socketio
