#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/Ids.h"

namespace chat::plugin {

/// The user that a socket acts for. It is immutable once set; a socket changes its identity by getting another one.
struct Identity {
  base::UserId user;       ///< by which emits reach this user's sockets
  std::string name;        ///< as shown to people
  std::string credential;  ///< what the identity depends on, such as a token's hash; revoking it ends the identity
  std::optional<std::chrono::system_clock::time_point> expires;  ///< from then on the socket is anonymous
};

/// The socket that an event or a connection came from. Views are valid during the call that received it.
class Caller {
 public:
  virtual ~Caller() = default;
  virtual std::string_view socketId() const noexcept = 0;
  /// The namespace, beginning with `/`; `ws` for the plain WebSocket endpoint.
  virtual std::string_view nsp() const noexcept = 0;
  /// Null for an anonymous socket, and for one whose identity has expired.
  virtual const Identity* identity() const noexcept = 0;
  /// The peer's address without the port, e.g. `127.0.0.1` or `::1`.
  virtual std::string_view address() const noexcept = 0;
  /// A header of the handshake request; `name` in any case. Empty if it was not sent. `Connection`, `Upgrade` and
  /// `Sec-WebSocket-…` aren't kept.
  virtual std::string_view header(std::string_view name) const noexcept = 0;
  /// The query string of the handshake request, without `?`.
  virtual std::string_view query() const noexcept = 0;
  /// `polling` or `websocket`, at this moment.
  virtual std::string_view transport() const noexcept = 0;
  /// 3 or 4 (Engine.IO); 0 for a plain WebSocket.
  virtual int protocol() const noexcept = 0;
  /// Whether the socket was recovered after its connection broke: it has its id, rooms and identity again, and got what
  /// it had missed (`socketio.recovery.enabled`). Since 1.1.
  virtual bool recovered() const noexcept { return false; }

  // --- since 1.1 ---

  /// The JSON text that is kept with the socket under that key (Reply::setData, Sockets::setData), whichever plugin has
  /// set it. Empty if there is none. On a worker: as it was when the event was received.
  virtual std::string_view data(std::string_view key) const noexcept = 0;
  /// The payload of CONNECT as JSON text; `{}` if the client sent none, or one of more than `limits.socketData` bytes.
  virtual std::string_view auth() const noexcept = 0;
  /// When the handshake was received, by the server's wall clock.
  virtual std::chrono::system_clock::time_point connectedAt() const noexcept = 0;
  /// Whether the client uses TLS, as a trusted proxy says.
  virtual bool secure() const noexcept = 0;
  /// The target of the handshake request as sent: `/socket.io/?EIO=4&transport=websocket`.
  virtual std::string_view url() const noexcept = 0;
};

}  // namespace chat::plugin
