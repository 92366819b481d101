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
  /// Asks for `connected()` to be called, this plugin's live emits with a position being held for this socket until it
  /// has returned.
  virtual void holdEmits() = 0;
};

/// The way of a replay to one socket. Used on the thread of the call that got it.
class Replay {
 public:
  virtual ~Replay() = default;
  /// Sends to this socket alone; the position is one of the plugin's stream, see EmitOptions::position. Waits while the
  /// peer is behind with taking its bytes. False: the socket is gone, or the call has taken too long: stop.
  virtual bool emit(std::string_view event, std::string_view args, std::uint64_t position) = 0;
  /// Ends the hold: live emits above the last position follow. False: too much came meanwhile to be held and it was
  /// dropped; go on replaying from the last position sent and call again.
  virtual bool release() = 0;
};

/// Decides who may connect. Handlers run in order (Registrar::onConnect) on a worker thread and may use the database.
/// Where one takes longer than its plugin's time-out the client is refused with 504, with 503 while it is out of
/// service.
class CHAT_PLUGIN_API ConnectHandler {
 public:
  virtual ~ConnectHandler();
  /// Throws AppError to refuse: CONNECT_ERROR with the detail as message and `{"errors":{…}}` as data; ConnectRefusal
  /// for data of its own.
  virtual void connect(Admission& admission) = 0;
  /// After the client was told that it is connected, and only if `holdEmits()` was asked for. On a thread that may
  /// block. Where it throws, the plugin is out of service, or it takes longer than the plugin's time-out, which begins
  /// anew with each emit and doesn't run while one waits for the client, the connection is dropped: the client comes
  /// back by itself and asks again. Handlers that hold are called one after the other, in their order.
  virtual void connected(const Caller& caller, std::string_view auth, Replay& replay);
};

/// Hears that a socket is leaving, and which rooms it was in; before the DisconnectHandlers. Since 1.1.
class CHAT_PLUGIN_API DisconnectingHandler {
 public:
  virtual ~DisconnectingHandler();
  /// Asked once, when it is registered. Inline: on the loop while the socket is still in its rooms; must never block.
  /// Worker: on a worker thread, after its last event was handled, with the rooms as they were.
  virtual Execution execution() const noexcept { return Execution::Worker; }
  /// `reason` as Socket.IO names them: see DisconnectHandler. `rooms`: with the one named by its id, the first; empty
  /// for a plain WebSocket. What it throws is logged as a fault, and so counts an inline call that holds its loop too
  /// long. Called also while its plugin is out of service, as is DisconnectHandler: it may hold what has to be given
  /// up.
  virtual void disconnecting(const Caller& caller, std::string_view reason,
                             std::span<const std::string_view> rooms) = 0;
};

/// Hears that a socket has left a namespace; on a worker thread, after its last event was handled.
class CHAT_PLUGIN_API DisconnectHandler {
 public:
  virtual ~DisconnectHandler();
  /// `reason` as Socket.IO names them: `transport close`, `ping timeout`, `client namespace disconnect`, …
  virtual void disconnected(const Caller& caller, std::string_view reason) = 0;
};

}  // namespace chat::plugin
