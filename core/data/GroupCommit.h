#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "data/GroupTransaction.h"

namespace chat::data {

/// Lets everybody who commits at the same moment share one commit.
///
/// One thread commits. Whoever comes while it does waits in a queue, and all of the queue, up to `groupMaxUnits`, is
/// the next group: under load one fsync serves many, idle nobody waits for others to come. After the commit the thread
/// runs the units' `afterCommit` in their order, then wakes the callers.
///
/// Thread: `run` any that may block, but the committing thread. Ends (destructor) after it has committed what was
/// accepted.
class GroupCommit {
 public:
  GroupCommit(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options);
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  /// Returns when the work is durable and `afterCommit` has run; throws what undid it.
  /// Errors: Unavailable also where the queue is full, or the work was not begun within the wait.
  /// What `afterCommit` throws comes out as well, though the work stays committed: it had better not throw.
  void run(const Work& work, std::function<void()> afterCommit);

  std::size_t waiting() const;

 private:
  enum class State { Waiting, Running, Done };
  /// Lives on its caller's stack; all but `base` is under the lock.
  struct Unit {
    GroupUnit base;
    std::function<void()> afterCommit;
    State state = State::Waiting;
    std::condition_variable done;
  };

  void commitGroups() noexcept;
  std::vector<Unit*> nextGroup(std::unique_lock<std::mutex>& lock);
  void commit(const std::vector<Unit*>& group) noexcept;

  const Options& _options;
  GroupTransaction _transaction;
  mutable std::mutex _mutex;
  std::condition_variable _arrived;
  std::deque<Unit*> _queue;
  bool _closing = false;
  std::thread _thread;
};

}  // namespace chat::data
