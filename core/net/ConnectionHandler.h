#pragma once

#include <span>

namespace chat::net {

class Connection;

/// Why a connection ended.
enum class CloseReason {
  PeerClosed,   ///< the peer sent FIN
  PeerReset,    ///< a read or write failed
  ClosedByUs,   ///< close() or closeAfterFlush()
  SlowPeer,     ///< more bytes waited for the peer than the limit
  LoopStopped,  ///< the server stops
};

/// Receives a connection's bytes and events. The connection owns its handler; all calls come on the loop's thread.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;
  /// The connection was adopted by a loop with this handler: the first call. Not called on a handler that replaces
  /// another one (`Connection::setHandler`).
  virtual void onOpened(Connection& connection) { static_cast<void>(connection); }
  /// Bytes came. They are in the loop's read buffer, valid during the call only, and may be changed in place.
  /// Everything written to the connection during the call is sent together after it.
  virtual void onData(Connection& connection, std::span<char> bytes) = 0;
  /// Everything that waited for the peer has been sent; called only after `Connection::send` had to queue.
  virtual void onDrained(Connection& connection) { static_cast<void>(connection); }
  /// The connection is over, and this is its last call. Its descriptor is closed already.
  virtual void onClosed(Connection& connection, CloseReason reason) = 0;
  /// The connection was moved to another loop and this is its first call there: arm timers anew.
  virtual void onMoved(Connection& connection) { static_cast<void>(connection); }
};

}  // namespace chat::net
