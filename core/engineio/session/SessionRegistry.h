#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/LocalCounter.h"
#include "engineio/api/Options.h"
#include "engineio/session/ServerSession.h"

namespace chat::engineio {

/// The sessions of one loop. Thread: the loop's.
class SessionRegistry {
 public:
  struct Count {
    const TransportType* transport;
    std::size_t sessions = 0;
  };

  /// `transports`: those that are served. All must outlive the registry.
  SessionRegistry(net::Loop& loop, const Options& options, std::span<const TransportType* const> transports,
                  SessionAcceptor& acceptor);
  ~SessionRegistry();

  net::Loop& loop() const noexcept { return _loop; }
  const Options& options() const noexcept { return _options; }
  std::span<const TransportType* const> transports() const noexcept { return _transports; }
  SessionAcceptor& acceptor() const noexcept { return _acceptor; }

  /// A new session, to be opened at once.
  ServerSession& add(std::shared_ptr<const Handshake> handshake, bool allowBinary);
  ServerSession* find(std::string_view id) noexcept;
  /// Takes a session out; it is destroyed at the end of the turn, since it may be the one that calls.
  void remove(ServerSession& session);
  /// How many sessions there are of each transport.
  std::span<const Count> counts() const noexcept { return _counts; }
  /// A session was opened over its first transport, or has changed to another one.
  void onOpened(const TransportType& type) noexcept { ++countOf(type); }
  void onUpgraded(const TransportType& from, const TransportType& to) noexcept {
    --countOf(from);
    ++countOf(to);
  }
  /// Sessions that were closed since too much waited for their next poll. Counted by the loop; read by any thread.
  base::LocalCounter slowPolls;
  /// Closes every session: the server stops.
  void closeAll();

 private:
  std::size_t& countOf(const TransportType& type) noexcept;

  net::Loop& _loop;
  const Options& _options;
  const std::span<const TransportType* const> _transports;
  SessionAcceptor& _acceptor;
  std::unordered_map<std::string_view, std::unique_ptr<ServerSession>> _sessions;  // keyed by the session's own id
  std::vector<Count> _counts;                                                      // by transport
};

}  // namespace chat::engineio
