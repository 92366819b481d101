#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "base/Clock.h"

namespace chat::gateway {

/// How much of a replay is under way between the thread that reads the store and the loop that sends. Thread: any.
class ReplayFlow {
 public:
  explicit ReplayFlow(std::size_t window) noexcept : _window(window) {}

  /// Waits for room. False: the socket has gone, or nothing moved for `stall`.
  bool take(std::size_t bytes, base::Duration stall) {
    std::unique_lock lock(_mutex);
    if (!_moved.wait_for(lock, stall, [&] { return _gone || _underWay < _window; })) return false;
    _underWay += bytes;
    return !_gone;
  }
  void give(std::size_t bytes) {
    const std::lock_guard lock(_mutex);
    _underWay -= bytes;
    _moved.notify_all();
  }
  void end() {
    const std::lock_guard lock(_mutex);
    _gone = true;
    _moved.notify_all();
  }

 private:
  const std::size_t _window;
  std::mutex _mutex;
  std::condition_variable _moved;
  std::size_t _underWay = 0;
  bool _gone = false;
};

}  // namespace chat::gateway
