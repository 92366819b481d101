#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/SharedBuffer.h"
#include "base/UniqueFunction.h"
#include "net/ConnectionHandler.h"
#include "net/SendQueue.h"

namespace chat::net {

class Loop;

/// One TCP connection, non-blocking, owned by its loop.
///
/// Writes never block: within `onData` they are gathered and leave in one system call when the call ends; outside of it
/// they leave at the end of the loop's turn. What the kernel doesn't take waits here, and the peer that lets more than
/// `Loop::Options::sendQueueLimit` bytes wait is closed as slow.
/// Thread: its loop's, all of it. Lifetime: until `onClosed`; keep no pointer beyond it.
class Connection {
 public:
  Connection(Loop& loop, int descriptor);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Loop& loop() const noexcept { return *_loop; }
  int descriptor() const noexcept { return _descriptor; }
  /// The peer's numeric address, without the port; asked of the kernel at each call. Empty once the peer is gone.
  std::string peerAddress() const;

  /// Takes over from the present handler, which lives until the end of the turn: it may be the one that calls.
  void setHandler(std::unique_ptr<ConnectionHandler> handler);
  ConnectionHandler* handler() const noexcept { return _handler.get(); }

  /// Sends the pieces one after the other; they are copied where they can't leave at once.
  void send(std::span<const std::string_view> pieces);
  void send(std::string_view bytes) { send(std::span(&bytes, 1)); }
  /// Sends shared bytes without copying them.
  void send(base::BufferSlice slice);
  /// Bytes that wait for the peer.
  std::size_t queuedBytes() const noexcept { return _queue.bytes(); }

  /// While paused nothing is read; the kernel's buffer fills and the peer is held back. Calls don't nest.
  void pauseReading();
  void resumeReading();

  /// Ends the connection; `onClosed` follows at the end of the turn, and nothing else. What waits is dropped.
  void close(CloseReason reason = CloseReason::ClosedByUs);
  /// Ends the connection once everything has left. Nothing more is read.
  void closeAfterFlush();
  bool closing() const noexcept { return _closing || _closeAfterFlush; }

  /// Hands the connection to another loop: it is taken out of this one at the end of the turn, and `then` runs there
  /// after `onMoved`. Until that, nothing may be done with it here.
  void moveTo(Loop& target, base::Task then);

 private:
  friend class Loop;
  void onReadable();
  void flush();
  bool writeNow(std::span<iovec> iov, std::size_t total);
  void afterWrite();
  void enforceLimit();
  void wantWritable(bool wanted);
  void updateInterest();

  Loop* _loop;
  int _descriptor;
  bool _reading = true;
  bool _writable = false;  // EPOLLOUT is asked for
  bool _closing = false;
  bool _closeAfterFlush = false;
  bool _dirty = false;  // in the loop's list of those to be flushed
  bool _moving = false;
  CloseReason _closeReason = CloseReason::ClosedByUs;
  SendQueue _queue;
  std::unique_ptr<ConnectionHandler> _handler;
  std::size_t _slot = 0;  // in the loop's table
};

}  // namespace chat::net
