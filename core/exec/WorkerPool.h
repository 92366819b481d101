#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/Clock.h"
#include "base/UniqueFunction.h"

namespace chat::exec {

/// Threads that may block, with a bounded queue.
///
/// All threads start with the pool, so that load never changes how many the process has; a thread whose task is stuck
/// may get a substitute. Tasks begin in the order of submission. One thread is woken at a time, and it wakes the next
/// if it finds more than its own task: a burst of short tasks is done by threads that are awake instead of costing a
/// wake-up each. Thread: any; `drain` and `stop` wait, so never on a loop, nor on a thread of the pool itself. Errors:
/// a task must not throw. There is no caller left to handle the exception, so it ends the process.
class WorkerPool {
 public:
  struct Options {
    /// Shown by `top -H` with the thread's number; the first 11 bytes count.
    std::string name = "worker";
    std::size_t threads = 4;
    /// Tasks that wait for a thread, beyond those that run.
    std::size_t queueLimit = 1024;
  };

  explicit WorkerPool(Options options);
  /// As `stop()`.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  enum class Notify {
    Now,
    Later,  ///< the caller submits several and calls `notify()` after the last
  };
  /// Never waits. False if the queue is full or the pool is stopping; the caller keeps the task.
  [[nodiscard]] bool trySubmit(base::Task&& task, Notify when = Notify::Now);
  void notify();

  /// Tells the pool that a running task is stuck: a new thread takes the place of its thread. False, and nothing is
  /// done, if as many threads are stuck already as the pool has. After true the caller calls `stuckReturned()` if the
  /// task ever ends.
  bool replaceStuck();
  /// A stuck task has ended: the pool has one thread too many, which ends when it finds nothing to do.
  void stuckReturned();
  std::size_t stuck() const;
  /// As `trySubmit`, but without the queue's limit: for tasks whose number is bounded elsewhere. False if the pool is
  /// stopping.
  [[nodiscard]] bool submit(base::Task&& task);

  /// Whether `trySubmit` would refuse a task at this moment.
  bool isFull() const;

  /// Whether everything submitted has run within `wait`; tasks may still be submitted.
  bool drain(base::Duration wait);
  /// Takes no more tasks, runs those that wait, joins the threads. Further calls do nothing.
  void stop();

  std::size_t queued() const;
  std::size_t running() const;
  std::size_t threads() const;
  const Options& options() const noexcept { return _options; }

 private:
  void work(std::size_t number) noexcept;
  bool claimWakeup() noexcept;
  void joinEnded();
  bool isFullLocked() const;

  const Options _options;
  mutable std::mutex _mutex;
  std::condition_variable _wake;
  std::condition_variable _quiet;
  std::deque<base::Task> _queue;
  std::vector<std::thread> _threads;
  std::size_t _running = 0;
  std::size_t _waiting = 0;  // threads without a task
  bool _waking = false;      // one of them was notified and hasn't woken yet
  std::size_t _stuck = 0;
  std::size_t _surplus = 0;             // how many threads are to end
  std::size_t _lastNumber = 0;          // of a thread, for its name
  std::vector<std::thread::id> _ended;  // to be joined
  bool _stopping = false;
};

}  // namespace chat::exec
