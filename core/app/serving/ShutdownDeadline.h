#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/Clock.h"

namespace chat::app {

/// Ends the process if an orderly stop takes longer than `limit`: a handler that never returns can't be stopped, and
/// its thread would outlive what it uses. All acknowledged messages are stored, so nothing is lost; the exit code is 0.
///
/// Created when the stop begins; destroying it cancels the deadline. Thread: main.
class ShutdownDeadline {
 public:
  explicit ShutdownDeadline(base::Duration limit);
  ~ShutdownDeadline();
  ShutdownDeadline(const ShutdownDeadline&) = delete;
  ShutdownDeadline& operator=(const ShutdownDeadline&) = delete;

  /// Ends the process at once, without running any more destructors.
  [[noreturn]] static void endProcess();

 private:
  std::mutex _mutex;
  std::condition_variable _calledOff;
  bool _off = false;
  std::thread _thread;
};

}  // namespace chat::app
