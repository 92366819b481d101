#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/Clock.h"

namespace chat::app {

/// Whether the server can serve. A thread of its own runs the check each `interval`, so that `/readyz` never waits for
/// a database. If a check takes longer than `patience`, the server isn't ready for that reason.
/// Thread: any, `start` and `stop` the main thread.
class Readiness {
 public:
  /// Throws if the server can't serve; the text is the reason. May block.
  using Check = std::function<void()>;

  explicit Readiness(base::Duration interval = base::Duration{1000}, base::Duration patience = base::Duration{5000})
      : _interval(interval), _patience(patience) {}
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  /// Runs the check once before it returns. Without a check the server is ready at once.
  void start(Check check);
  /// The server is stopping: it isn't ready any more.
  void drain();
  void stop();

  /// Empty while the server is ready.
  std::string reason() const;

 private:
  void run();
  void ask();

  const base::Duration _interval;
  const base::Duration _patience;
  Check _check;
  mutable std::mutex _mutex;
  std::condition_variable _wake;
  std::string _reason = "starting";
  std::optional<base::TimePoint> _askedAt;  // while a check runs
  bool _draining = false;
  bool _stopping = false;
  std::thread _thread;
};

}  // namespace chat::app
