#pragma once

#include <span>

namespace chat::net {

class Connection;

/// Why a connection ended.
enum class CloseReason {
  PeerClosed,   ///< the peer sent FIN
  PeerReset,    ///< a read or write failed
  ClosedByUs,   ///< close() or closeAfterFlush()
  SlowPeer,     ///< more bytes waited for the peer than it may hold up
  LoopStopped,  ///< the server ends
};

/// What is done with a connection's bytes. The connection owns its handler; all calls come on the loop's thread.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;
  /// The connection was adopted by a loop with this handler: the first call. Not made for a handler that takes over
  /// later.
  virtual void onOpened(Connection& connection) { static_cast<void>(connection); }
  /// Bytes came. They lie in the loop's read buffer, are valid during the call only and may be changed in place. What
  /// is written to the connection during the call leaves together after it.
  virtual void onData(Connection& connection, std::span<char> bytes) = 0;
  /// Everything that waited for the peer has left; called only after `Connection::send` had to queue.
  virtual void onDrained(Connection& connection) { static_cast<void>(connection); }
  /// The connection is over, and this is its last call. Its descriptor is closed already.
  virtual void onClosed(Connection& connection, CloseReason reason) = 0;
  /// The connection was moved to another loop and this is its first call there: arm timers anew.
  virtual void onMoved(Connection& connection) { static_cast<void>(connection); }
};

}  // namespace chat::net
