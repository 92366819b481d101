#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace chat::presence {

/// Calls on a thread of its own, again and again. Ends (destructor) after the call that is under way.
class Ticker {
 public:
  /// `tick` must not throw.
  Ticker(std::chrono::milliseconds interval, std::function<void()> tick);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  void run();

  const std::chrono::milliseconds _interval;
  const std::function<void()> _tick;
  std::mutex _mutex;
  std::condition_variable _ending;
  bool _isEnding = false;
  std::thread _thread;
};

}  // namespace chat::presence
