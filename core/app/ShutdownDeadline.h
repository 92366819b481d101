#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/Clock.h"

namespace chat::app {

/// Ends the process where stopping it in order takes longer than `limit`: a handler that never returns can't be
/// stopped, and its thread would outlive what it uses. All that was acknowledged is stored, so nothing is lost by it;
/// the exit code is 0.
///
/// Made when the stopping begins; destroying it calls the deadline off. Thread: main.
class ShutdownDeadline {
 public:
  explicit ShutdownDeadline(base::Duration limit);
  ~ShutdownDeadline();
  ShutdownDeadline(const ShutdownDeadline&) = delete;
  ShutdownDeadline& operator=(const ShutdownDeadline&) = delete;

  /// At once, without running what else there is to be destroyed.
  [[noreturn]] static void endProcess();

 private:
  std::mutex _mutex;
  std::condition_variable _calledOff;
  bool _off = false;
  std::thread _thread;
};

}  // namespace chat::app
