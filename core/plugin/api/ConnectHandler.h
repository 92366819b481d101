#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "plugin/api/AppError.h"
#include "plugin/api/Caller.h"
#include "plugin/api/Execution.h"
#include "plugin/api/Export.h"

namespace chat::plugin {

/// A refusal of a connection with a message and data of the plugin's own: CONNECT_ERROR
/// `{"message":<message>,"data":<data>}`. A client of Socket.IO 2 gets only the data. Since 1.1.
class CHAT_PLUGIN_API ConnectRefusal : public AppError {
 public:
  /// `data` is one JSON value. `code` is for plain WebSockets and for the log.
  ConnectRefusal(int code, std::string message, std::string data)
      : AppError(code, std::move(message)), _data(std::move(data)) {}
  ~ConnectRefusal() override;
  const std::string& data() const noexcept { return _data; }

 private:
  std::string _data;
};

/// A socket that wants to enter a namespace, and what the earlier handlers have decided about it.
class Admission {
 public:
  virtual ~Admission() = default;
  virtual const Caller& caller() const noexcept = 0;
  /// The CONNECT payload as JSON text (`{"token":"…"}`); `{}` if the client sent none.
  virtual std::string_view auth() const noexcept = 0;
  /// Sets the socket's identity, which the handlers that follow see in `caller().identity()`.
  virtual void setIdentity(Identity identity) = 0;
  /// Asks the server to call `connected()`. Until that has returned, this plugin's live emits with a position are held
  /// back for this socket.
  virtual void holdEmits() = 0;
};

/// Sends a replay to one socket. To be used on the thread of the call that got it.
class Replay {
 public:
  virtual ~Replay() = default;
  /// Sends to this socket alone. The position belongs to the plugin's stream, see EmitOptions::position. Waits while
  /// the client is slow to receive. False if the socket is gone, or if the call has taken too long: then stop.
  virtual bool emit(std::string_view event, std::string_view args, std::uint64_t position) = 0;
  /// Stops holding back: the live emits above the last position are sent. False if there were too many to hold, so that
  /// they were dropped: then replay on from the last position sent, and call again.
  virtual bool release() = 0;
  /// As `release()`, for a socket that has everything up to `position`, whatever was sent: emits up to it are dropped.
  /// Since 1.2.
  virtual bool releaseAt(std::uint64_t position) {
    static_cast<void>(position);
    return release();
  }
};

/// Decides who may connect. Handlers run in order (Registrar::onConnect) on a worker thread and may use the database.
/// If one takes longer than its plugin's time-out, the client is refused with 504; while the plugin is out of service,
/// with 503.
class CHAT_PLUGIN_API ConnectHandler {
 public:
  virtual ~ConnectHandler();
  /// Throws AppError to refuse: CONNECT_ERROR with the detail as message and `{"errors":{…}}` as data; ConnectRefusal
  /// gives other data.
  virtual void connect(Admission& admission) = 0;
  /// Called after the client was told that it is connected, and only after `holdEmits()`. On a thread that may block.
  /// The connection is dropped if this throws, if the plugin is out of service, or if it takes longer than the plugin's
  /// time-out; the client then reconnects by itself and asks again. The time-out starts again with each emit, and
  /// doesn't run while an emit waits for the client. Handlers are called one after the other, in their order.
  virtual void connected(const Caller& caller, std::string_view auth, Replay& replay);
};

/// Is told that a socket is leaving, and in which rooms it was, before the DisconnectHandlers are. Since 1.1.
class CHAT_PLUGIN_API DisconnectingHandler {
 public:
  virtual ~DisconnectingHandler();
  /// Asked once, when it is registered. Inline: on the loop while the socket is still in its rooms; must never block.
  /// Worker: on a worker thread, after its last event was handled, with the rooms as they were.
  virtual Execution execution() const noexcept { return Execution::Worker; }
  /// `reason`: see DisconnectHandler. `rooms`: the first is the one named by the socket's id; empty for a plain
  /// WebSocket. An exception is logged as a fault; an inline call that blocks its loop for too long counts as a fault
  /// too. Called even while the plugin is out of service, as is DisconnectHandler, since it may have to release
  /// something.
  virtual void disconnecting(const Caller& caller, std::string_view reason,
                             std::span<const std::string_view> rooms) = 0;
};

/// Is told that a socket has left a namespace; on a worker thread, after the socket's last event was handled.
class CHAT_PLUGIN_API DisconnectHandler {
 public:
  virtual ~DisconnectHandler();
  /// `reason` as Socket.IO names them: `transport close`, `ping timeout`, `client namespace disconnect`, …
  virtual void disconnected(const Caller& caller, std::string_view reason) = 0;
};

}  // namespace chat::plugin
