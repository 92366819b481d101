#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/LocalCounter.h"
#include "engineio/Options.h"
#include "engineio/ServerSession.h"

namespace chat::engineio {

/// The sessions of one loop. Thread: the loop's.
class SessionRegistry {
 public:
  SessionRegistry(net::Loop& loop, const Options& options, SessionAcceptor& acceptor) noexcept;
  ~SessionRegistry();

  net::Loop& loop() const noexcept { return _loop; }
  const Options& options() const noexcept { return _options; }
  SessionAcceptor& acceptor() const noexcept { return _acceptor; }

  ServerSession& add(std::shared_ptr<const Handshake> handshake, bool allowBinary);
  ServerSession* find(std::string_view id) noexcept;
  /// Takes a session out; it is destroyed at the end of the turn, since it may be the one that asks.
  void remove(ServerSession& session);
  std::size_t size() const noexcept { return _sessions.size(); }
  /// Those of them that have a WebSocket; the others poll.
  std::size_t webSockets() const noexcept { return _webSockets; }
  /// A session has got its WebSocket.
  void onWebSocket() noexcept { ++_webSockets; }
  /// Sessions that were closed since what waited for their next poll became too much. Counted by the loop; read by any.
  base::LocalCounter slowPolls;
  /// Ends every session: the server stops.
  void closeAll();

 private:
  net::Loop& _loop;
  const Options& _options;
  SessionAcceptor& _acceptor;
  std::unordered_map<std::string_view, std::unique_ptr<ServerSession>> _sessions;  // keyed by the session's own id
  std::size_t _webSockets = 0;
};

}  // namespace chat::engineio
