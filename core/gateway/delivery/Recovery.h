#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/UniqueFunction.h"
#include "gateway/delivery/RecoveryHub.h"
#include "gateway/emission/RecoveryLog.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/endpoint/RecoverableSession.h"
#include "net/Timer.h"
#include "socketio/DisconnectReason.h"

namespace chat::net {
class Loop;
}
namespace chat::socketio {
class Socket;
}

namespace chat::gateway {

class Directory;
class SocketEndpoint;

/// Connection state recovery on one loop.
///
/// A session's private id names its *home*, the loop that it began on, which knows where the session is: beside a
/// living socket of some loop, or here, while its client is away. Whichever loop a client comes back on asks the home
/// for the session, sends what was missed from its own log, and tells the home. One that still seems to be connected is
/// taken over. Thread: the loop's.
class Recovery {
 public:
  /// The hub outlives it, and hears of it here.
  Recovery(net::Loop& loop, Directory& directory, RecoveryHub& hub);
  Recovery(const Recovery&) = delete;
  Recovery& operator=(const Recovery&) = delete;

  const RecoveryOptions& options() const noexcept { return _hub.options(); }
  /// What is next for this loop in the common order, all there is: to be carried out in turn.
  std::vector<EmissionOrder::Item> takeOrdered();
  /// The emit is carried out now; it is kept for those who are away.
  void log(const std::shared_ptr<const Emission>& emission);

  /// What a client that comes back gives with CONNECT.
  struct Asked {
    std::string pid;
    std::string offset;
  };
  /// Nothing if it isn't one that comes back. `auth` is a JSON object that was checked.
  static std::optional<Asked> asked(std::string_view auth);
  /// Asks for a session; `claimed` gets it, or null, on this loop, at once or later.
  using Claimed = base::UniqueFunction<void(std::unique_ptr<RecoverableSession>)>;
  void claim(const Asked& asked, std::string_view nsp, Claimed claimed);
  /// The session goes with an endpoint that asks to come in, if the client can be given all that it has missed.
  void restore(SocketEndpoint& endpoint, std::unique_ptr<RecoverableSession> session);
  /// Accepts the socket: as the one it was, with what it missed, or with a session of its own.
  void enter(SocketEndpoint& endpoint);
  /// The socket is leaving, still in its rooms.
  void leave(SocketEndpoint& endpoint, socketio::DisconnectReason reason);
  /// The socket that asked to come in doesn't: the session waits on.
  void giveBack(std::unique_ptr<RecoverableSession> session);
  /// Sessions that rest on the credential aren't recovered.
  void revoke(std::string_view credential);

 private:
  /// Where a session is.
  struct Place {
    std::string nsp;
    unsigned loop = 0;                            // of the living socket
    EndpointHandle endpoint;                      // the living socket
    std::unique_ptr<RecoverableSession> session;  // of one that is away
    std::list<std::string>::iterator away;        // then in _away
  };

  template <typename Call>
  void at(unsigned loop, Call call);
  template <typename Call>
  void atHomeOf(const std::string& pid, Call call);

  // --- as home ---
  void find(const std::string& pid, const std::string& nsp, unsigned asking, Claimed claimed, bool isAgain);
  void settle(const std::string& pid, std::string nsp, unsigned loop, const EndpointHandle& endpoint);
  void keep(std::unique_ptr<RecoverableSession> session);
  void forget(const std::string& pid);
  void expire();
  void armTimer();

  /// Takes the session from a socket that seems to live, and ends that one's connection.
  std::unique_ptr<RecoverableSession> takeOver(const EndpointHandle& handle, const std::string& pid);
  void markAway(RecoverableSession& session, const Endpoint& endpoint) const;

  net::Loop& _loop;
  Directory& _directory;
  RecoveryHub& _hub;
  RecoveryLog _log;
  std::unordered_map<std::string, Place> _places;  // by private id
  std::list<std::string> _away;                    // private ids, the first to expire first
  net::Timer _timer;
};

}  // namespace chat::gateway
