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
#include "net/Timer.h"

namespace chat::net {

class Loop;

/// One TCP connection, non-blocking, owned by its loop.
///
/// Writes never block: within `onData` they are gathered and leave together when the call ends, perhaps with those of
/// the next few connections of the loop's turn; outside of it they leave at the end of the turn. What the kernel
/// doesn't take waits here. A peer for which more than `Loop::Options::sendQueueLimit` bytes wait is closed as slow
/// when more is sent to it. Thread: its loop's, all of it. Lifetime: until `onClosed`; keep no pointer beyond it.
class Connection {
 public:
  Connection(Loop& loop, int descriptor);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Loop& loop() const noexcept { return *_loop; }
  int descriptor() const noexcept { return _descriptor; }
  /// The peer's numeric address, without the port; each call is a system call. Empty once the peer has disconnected.
  std::string peerAddress() const;

  /// Replaces the handler. The old one lives until the end of the turn, since it may be the caller.
  void setHandler(std::unique_ptr<ConnectionHandler> handler);
  ConnectionHandler* handler() const noexcept { return _handler.get(); }

  /// Sends the pieces one after the other; they are copied if they can't leave at once.
  void send(std::span<const std::string_view> pieces);
  void send(std::string_view bytes) { send(std::span(&bytes, 1)); }
  /// Sends shared bytes without copying them.
  void send(base::BufferSlice slice);
  /// Bytes that wait for the peer.
  std::size_t queuedBytes() const noexcept { return _queue.bytes(); }
  /// Whether some bytes have waited since an earlier turn because the kernel took only a part.
  bool blocked() const noexcept { return _wantWritable; }

  /// While paused nothing is read; the kernel's buffer fills and the peer is held back. Calls don't nest.
  void pauseReading();
  void resumeReading();
  bool readingPaused() const noexcept { return _paused; }

  /// Ends the connection; `onClosed` follows at the end of the turn, and nothing else. What waits is dropped.
  void close(CloseReason reason = CloseReason::ClosedByUs);
  /// Ends the connection once everything has left; nothing more is handed to the handler and nothing more is sent.
  /// `linger`: what the peer still sends is read and dropped for a moment, since closing with unread bytes makes the
  /// kernel reset the connection and the peer may lose the answer. Not needed if the peer sends nothing more.
  void closeAfterFlush(bool linger = true);
  bool closing() const noexcept { return _closing || _closeAfterFlush; }

  /// Hands the connection to another loop: it leaves this one at the end of the turn, and `then` runs on the other loop
  /// after `onMoved`. After this call nothing may be done with it on this loop.
  void moveTo(Loop& target, base::Task then);

 private:
  friend class Loop;
  void onReadable(bool broken);
  void onWritable() { flush(); }
  void flush();
  void uncork();
  void sendCorked(std::string_view bytes);
  void tookCorked(ssize_t result, std::string_view bytes);
  bool took(ssize_t result, std::size_t total);
  void writeNow(std::span<iovec> iov);
  void finishFlush();
  bool mayWait();
  void offer();
  void flushLater();
  void closeSlow();
  void wantWritable(bool wanted);
  void updateInterest();
  void discardInput();

  Loop* _loop;
  int _descriptor;
  bool _paused : 1 = false;
  bool _wantWritable : 1 = false;  // EPOLLOUT is registered: the kernel took only a part
  bool _closing : 1 = false;
  bool _closeAfterFlush : 1 = false;
  bool _linger : 1 = false;
  bool _lingering : 1 = false;  // our side is shut down; what the peer still sends is dropped
  bool _dirty : 1 = false;      // in the loop's list of connections to be flushed
  bool _moving : 1 = false;
  bool _corkedWrite : 1 = false;  // what it sent in onData is still in the loop's cork
  CloseReason _closeReason = CloseReason::ClosedByUs;
  std::uint32_t _slot = 0;  // in the loop's table
  SendQueue _queue;
  std::unique_ptr<ConnectionHandler> _handler;
  std::unique_ptr<Timer> _lingerTimer;
};

}  // namespace chat::net
