#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/Clock.h"

namespace chat::data {

/// Interrupts what a connection is doing. Lives as long as the connection.
class Interrupter {
 public:
  virtual ~Interrupter() = default;
  /// The statement that runs fails soon, and with MySQL the connection is lost. Thread: any; must not block.
  virtual void interrupt() noexcept = 0;
};

/// Ends statements that take longer than they may, also if the database doesn't answer at all: the client libraries
/// have no time-out of their own. Exact to 50 ms. Thread: any.
class StatementDeadlines {
 public:
  StatementDeadlines() : _thread([this] { watch(); }) {}
  ~StatementDeadlines();
  StatementDeadlines(const StatementDeadlines&) = delete;
  StatementDeadlines& operator=(const StatementDeadlines&) = delete;

  /// From now on the connection may work until `deadline`. The result is for `end`.
  std::uint64_t begin(std::shared_ptr<Interrupter> connection, base::TimePoint deadline);
  /// It has ended, and isn't interrupted any more. True if it was.
  bool end(std::uint64_t number);

 private:
  void watch() noexcept;

  struct Watched {
    std::shared_ptr<Interrupter> connection;
    base::TimePoint deadline;
    bool isInterrupted = false;
  };

  std::mutex _mutex;
  std::condition_variable _changed;
  std::unordered_map<std::uint64_t, Watched> _watched;
  std::uint64_t _last = 0;
  bool _isIdle = false;  ///< the thread waits for something to watch
  bool _isStopping = false;
  std::thread _thread;
};

}  // namespace chat::data
