#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/Clock.h"

namespace chat::app {

/// Whether the server can serve: what it needs is asked about on a thread of its own, each `interval`, so that whoever
/// asks for readiness never waits for a database. If an answer takes longer than `patience`, that is the reason.
/// Thread: any, `start` and `stop` the main thread.
class Readiness {
 public:
  /// Throws where what is needed isn't there; the text is the reason. May block.
  using Check = std::function<void()>;

  explicit Readiness(base::Duration interval = base::Duration{1000}, base::Duration patience = base::Duration{5000})
      : _interval(interval), _patience(patience) {}
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  /// Asks once before it returns. Without a check the server is ready at once.
  void start(Check check);
  /// From now on, and for good, it isn't ready: the server ends.
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
  std::optional<base::TimePoint> _askedAt;  // while the answer is awaited
  bool _draining = false;
  bool _stopping = false;
  std::thread _thread;
};

}  // namespace chat::app
