#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/Clock.h"
#include "base/LocalCounter.h"
#include "base/UniqueFunction.h"
#include "net/Connection.h"
#include "net/SendRing.h"
#include "net/Timer.h"

namespace chat::net {

class ConnectionLimits;

/// An event loop: epoll over its connections, timers, and tasks from other threads.
///
/// One turn: wait; run posted tasks; hand each readable connection its bytes; run timers; flush what was written; end
/// what was closed. `post` is the only door into it from another thread.
class Loop {
 public:
  struct Options {
    std::size_t readBufferSize = 64 * 1024;
    /// Bytes that may wait for one peer; if more wait when something is sent to it, it is closed as slow.
    std::size_t sendQueueLimit = 4 * 1024 * 1024;
    /// Shared by all loops; null: there may be any number of connections.
    std::shared_ptr<ConnectionLimits> connectionLimits{};
    /// Whether sends to several connections go to the kernel together, if the system has io_uring (SendRing).
    bool ioUring = true;
  };

  Loop(unsigned index, const Options& options, const base::Clock& clock = base::systemClock());
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Its number among the server's loops, from 0. Thread: any.
  unsigned index() const noexcept { return _index; }

  /// Runs until `stop()`. All that is not marked "any" belongs to the thread that calls this.
  void run();
  /// Ends `run()`: every connection is closed (LoopStopped) and what is posted still runs. Thread: any.
  void stop();
  /// Runs a task on the loop, in order of posting per posting thread, and before anything that is read after it: so if
  /// a client hears of something from one loop, its next event on another loop comes after the task that was posted
  /// there first. Tasks posted after the loop has ended are dropped. Thread: any.
  void post(base::Task task);
  /// Runs a task at once if the caller is the loop's thread, or else posts it. Thread: any.
  template <typename Call>
  void execute(Call&& call) {
    if (here()) {
      call();
    } else {
      post(base::Task(std::forward<Call>(call)));
    }
  }
  /// Whether the caller is the loop's thread. Thread: any.
  bool here() const noexcept { return _thread.load(std::memory_order_relaxed) == std::this_thread::get_id(); }

  /// Runs a task at the end of this turn, after all that was read, before the flush.
  void defer(base::Task task);
  /// The time of this turn; the clock is read once a turn.
  base::TimePoint now() const noexcept { return _now; }
  const base::Clock& clock() const noexcept { return _clock; }
  void arm(Timer& timer, base::Duration delay) noexcept { _timers.arm(timer, _now, delay); }

  /// Takes over an accepted, non-blocking socket; the connection is closed if the handler is null.
  Connection& adopt(int descriptor, std::unique_ptr<ConnectionHandler> handler);
  std::size_t connectionCount() const noexcept { return _connections.size(); }
  const Options& options() const noexcept { return _options; }
  /// How many connections were closed because too many bytes waited for them (`sendQueueLimit`). Thread: any.
  std::uint64_t slowPeers() const noexcept { return _slowPeers.value(); }
  /// How many sends went to the kernel together with others (Options::ioUring). Thread: any.
  std::uint64_t sendsTogether() const noexcept { return _sendsTogether.value(); }

  /// Watches a descriptor that the caller owns (an acceptor's) for reading: calls `onReadable` until `unwatch`.
  void watch(int descriptor, base::UniqueFunction<void()> onReadable);
  void unwatch(int descriptor);

 private:
  friend class Connection;
  struct Watch {
    int descriptor;
    base::UniqueFunction<void()> onReadable;
  };
  struct Move {
    Connection* connection;
    Loop* target;
    base::Task then;
  };

  struct CorkedWrite {
    Connection* connection;
    std::string_view bytes;  // in _cork
  };

  void turn();
  base::Duration prepareToWait();
  void dispatch(std::uint64_t tag, std::uint32_t events);
  void runPosted();
  void runDeferred();
  void settle();
  void flushDirty();
  void flushTogether(std::span<Connection* const> connections);
  /// What the connection whose onData runs has sent so far.
  std::string_view corked() const noexcept { return {_cork.data() + _corkStart, _corkUsed - _corkStart}; }
  /// Keeps what this connection has in the cork, to be sent together with writes of others. False: the connection sends
  /// it itself.
  bool keepCorked(Connection& connection);
  void sendCorkedWrites();
  void openRing();
  std::span<const ssize_t> submitRing();
  void giveUpBrokenRing();
  void end(Connection& connection);
  void closeAll();
  void attach(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> detach(Connection& connection);
  void wake();

  const unsigned _index;
  const Options _options;
  const base::Clock& _clock;
  std::atomic<std::thread::id> _thread{};
  int _epoll = -1;
  int _wakeup = -1;
  base::TimePoint _now;
  TimerWheel _timers;
  base::LocalCounter _slowPeers;
  base::LocalCounter _sendsTogether;

  std::vector<char> _readBuffer;
  // Gathers what a connection sends during its onData: small answers need no memory of their own and leave in one
  // system call; with a ring, those of several connections leave in one.
  std::vector<char> _cork;
  std::size_t _corkStart = 0;  // the bytes before it belong to _corkedWrites
  std::size_t _corkUsed = 0;
  Connection* _corked = nullptr;
  std::unique_ptr<SendRing> _ring;
  std::vector<CorkedWrite> _corkedWrites;
  bool _moreReady = false;  // more connections are to be read in this turn after the present one

  std::vector<std::unique_ptr<Connection>> _connections;
  std::vector<Connection*> _dirty;   // have bytes to be flushed at the end of the turn
  std::vector<Connection*> _closed;  // end at the end of the turn
  std::vector<Move> _moves;
  std::vector<std::unique_ptr<ConnectionHandler>> _graveyard;  // replaced during the turn; one of them may be running
  std::vector<std::unique_ptr<Watch>> _watches;
  std::vector<std::unique_ptr<Watch>> _endedWatches;
  std::vector<base::Task> _deferred;

  std::mutex _postMutex;  // locked for a push or a swap only
  std::vector<base::Task> _posted;
  bool _ended = false;  // under _postMutex
  // Set under _postMutex before the loop waits, and only if nothing is posted: the next post clears it and wakes the
  // loop. While the loop is at work a post costs no system call.
  std::atomic<bool> _sleeping{false};
  std::vector<base::Task> _running;
  std::atomic<bool> _stopping{false};
};

}  // namespace chat::net
