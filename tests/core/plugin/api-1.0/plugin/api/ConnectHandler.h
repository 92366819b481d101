#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "plugin/api/AppError.h"
#include "plugin/api/Caller.h"
#include "plugin/api/Export.h"

namespace chat::plugin {

/// A refusal of a connection in words of one's own: CONNECT_ERROR `{"message":<message>,"data":<data>}`; a client of
/// Socket.IO 2 gets the data alone. Since 1.1.
class CHAT_PLUGIN_API ConnectRefusal : public AppError {
 public:
  /// `data` is one JSON value. `code` is what a plain WebSocket is told, and the log.
  ConnectRefusal(int code, std::string message, std::string data)
      : AppError(code, std::move(message)), _data(std::move(data)) {}
  ~ConnectRefusal() override;
  const std::string& data() const noexcept { return _data; }

 private:
  std::string _data;
};

/// A socket that wants to enter a namespace, and what the handlers before this one have decided of it.
class Admission {
 public:
  virtual ~Admission() = default;
  virtual const Caller& caller() const noexcept = 0;
  /// The CONNECT payload as JSON text (`{"token":"…"}`); `{}` where the client gave none.
  virtual std::string_view auth() const noexcept = 0;
  /// Says who is asking; `caller().identity()` gives it to the handlers that follow.
  virtual void setIdentity(Identity identity) = 0;
  /// Asks for `connected()` to be called, live emits with a position being held for this socket until it has returned.
  virtual void holdEmits() = 0;
};

/// The way of a replay to one socket. Used on the thread of the call that got it.
class Replay {
 public:
  virtual ~Replay() = default;
  /// Sends to this socket alone; see EmitOptions::position. Waits while the peer is behind with taking its bytes.
  /// False: the socket is gone, stop.
  virtual bool emit(std::string_view event, std::string_view args, std::uint64_t position) = 0;
  /// Ends the hold: live emits above the last position follow. False: too much came meanwhile to be held and it was
  /// dropped; go on replaying from the last position sent and call again.
  virtual bool release() = 0;
};

/// Decides who may connect. Handlers run in order (Registrar::onConnect) on a worker thread and may use the database.
class CHAT_PLUGIN_API ConnectHandler {
 public:
  virtual ~ConnectHandler();
  /// Throws AppError to refuse: CONNECT_ERROR with the detail as message and `{"errors":{…}}` as data; ConnectRefusal
  /// for data of its own.
  virtual void connect(Admission& admission) = 0;
  /// After the client was told that it is connected, and only if `holdEmits()` was asked for.
  virtual void connected(const Caller& caller, std::string_view auth, Replay& replay);
};

/// Hears that a socket has left a namespace; on a worker thread, after its last event was handled.
class CHAT_PLUGIN_API DisconnectHandler {
 public:
  virtual ~DisconnectHandler();
  /// `reason` as Socket.IO names them: `transport close`, `ping timeout`, `client namespace disconnect`, …
  virtual void disconnected(const Caller& caller, std::string_view reason) = 0;
};

}  // namespace chat::plugin
