#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/Ids.h"

namespace chat::plugin {

/// Who a socket speaks for. Immutable once set; a socket changes its identity by getting another one.
struct Identity {
  base::UserId user;       ///< where this user's sockets are reached
  std::string name;        ///< as shown to people
  std::string credential;  ///< what the identity rests on (say, a token's hash); revoking it makes the socket anonymous
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
  /// A header of the handshake request, without regard to case; empty when it was not sent. `Connection`, `Upgrade` and
  /// `Sec-WebSocket-…` aren't kept.
  virtual std::string_view header(std::string_view name) const noexcept = 0;
  /// The query string of the handshake request, without `?`.
  virtual std::string_view query() const noexcept = 0;
  /// `polling` or `websocket`, as of now.
  virtual std::string_view transport() const noexcept = 0;
  /// 3 or 4 (Engine.IO); 0 for a plain WebSocket.
  virtual int protocol() const noexcept = 0;
  /// Whether it goes on where an earlier socket's connection broke: its id, rooms, identity and what it has missed were
  /// given back (`socketio.recovery.enabled`). Since 1.1.
  virtual bool recovered() const noexcept { return false; }
};

}  // namespace chat::plugin
