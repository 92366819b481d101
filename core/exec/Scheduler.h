#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "base/Clock.h"
#include "base/UniqueFunction.h"

namespace chat::exec {

/// Runs short tasks at their times, on one thread of its own. A task hands long work to a pool.
///
/// Thread: any. Errors: a task must not throw. Tasks that are left at the end are destroyed without being run.
class Scheduler {
 public:
  using Id = std::uint64_t;

  /// `clock` outlives it.
  explicit Scheduler(const base::Clock& clock = base::systemClock());
  /// As `stop()`.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Times are those of its clock.
  Id at(base::TimePoint time, base::Task task);
  /// After the call the task has run, or it never will. Waits for a task that is running, so a task must not call it.
  void cancel(Id id);
  /// To be called after a test has moved its clock. Returns once all tasks that are due have run.
  void clockMoved();
  /// Joins the thread. Further calls do nothing.
  void stop();

 private:
  struct Entry {
    Id id;
    base::Task task;
  };
  void work() noexcept;

  bool hasDue() const noexcept { return !_entries.empty() && _entries.begin()->first <= _clock.now(); }

  const base::Clock& _clock;
  const bool _goesByItself;
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
