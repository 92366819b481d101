#pragma once

#include <span>
#include <string_view>

namespace chat::engineio {

class Session;

/// Why a session ended, in the words of Engine.IO (`name()` gives the text that Socket.IO shows).
enum class CloseReason {
  TransportClose,  ///< the connection went away, or the client closed the session
  TransportError,  ///< the connection failed, or the peer was too slow
  PingTimeout,     ///< no heartbeat in time
  ParseError,      ///< the client sent something that is no packet
  ForcedClose,     ///< the layer above closed it (Session::close)
  ServerShutdown,  ///< the server ends
};

std::string_view name(CloseReason reason) noexcept;

/// Is told what happens to a session; the layer above implements it. All calls are on the session's loop.
class SessionListener {
 public:
  virtual ~SessionListener() = default;
  /// Views are valid during the call only. `text` is valid UTF-8.
  virtual void onText(Session& session, std::string_view text) = 0;
  virtual void onBinary(Session& session, std::string_view bytes) = 0;
  /// The last call; the session is gone when it returns.
  virtual void onClosed(Session& session, CloseReason reason) = 0;
  /// Everything that had to wait for the client was sent (see Session::backlog).
  virtual void onDrained(Session& session) { static_cast<void>(session); }
};

}  // namespace chat::engineio
