#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/Clock.h"
#include "net/Timer.h"
#include "socketio/Socket.h"

namespace chat::net {
class Loop;
}

namespace chat::socketio {

/// The acknowledgements that one socket waits for, each with a deadline. Created with the first of them. One timer, for
/// the earliest deadline. Thread: the loop's. Callbacks may destroy the table.
class AckTable {
 public:
  explicit AckTable(net::Loop& loop) noexcept;

  std::size_t size() const noexcept { return _pending.size(); }
  /// `ackId` must exceed the earlier ones.
  void add(std::uint64_t ackId, base::Duration timeout, Socket::AckCallback callback);
  /// Removes and returns the callback of an acknowledgement that has come; empty if it isn't awaited (any more).
  Socket::AckCallback take(std::uint64_t ackId);
  /// Calls all callbacks with this outcome.
  void fail(Socket::AckOutcome outcome);

 private:
  struct Pending {
    std::uint64_t ackId;
    base::TimePoint deadline;
    Socket::AckCallback callback;
  };
  void expire();
  void armTimer();

  net::Loop& _loop;
  net::Timer _timer;
  base::TimePoint _armedFor{};
  std::vector<Pending> _pending;  // by ascending id
};

}  // namespace chat::socketio
