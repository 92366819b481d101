#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "base/Clock.h"
#include "base/UniqueFunction.h"

namespace chat::exec {

/// Runs short tasks at their times, on one thread of its own. What takes long is handed to a pool by its task.
///
/// Thread: any. Errors: a task must not throw. Tasks that are left at the end are destroyed without being run.
class Scheduler {
 public:
  using Id = std::uint64_t;

  Scheduler();
  /// As `stop()`.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Times are those of base::systemClock().
  Id at(base::TimePoint time, base::Task task);
  /// When it returns the task has run, or will never; it waits for one that runs, so it is not called by a task.
  void cancel(Id id);
  /// Joins the thread. Again: nothing.
  void stop();

 private:
  struct Entry {
    Id id;
    base::Task task;
  };
  void work() noexcept;

  std::mutex _mutex;
  std::condition_variable _changed;
  std::condition_variable _finished;
  std::multimap<base::TimePoint, Entry> _entries;
  Id _last = 0;
  Id _running = 0;
  bool _stopping = false;
  std::thread _thread;
};

}  // namespace chat::exec
