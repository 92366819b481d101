#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
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
/// While it isn't known whether a group was committed, the thread does nothing but ask the database. Callers that don't
/// wait for the end of that leave; those in the queue are Unavailable when their wait is over.
///
/// Thread: `run` any that may block, but the committing thread. Ends (destructor) after it has committed what was
/// accepted.
class GroupCommit : private DoubtListener {
 public:
  /// What the caller of `run` does while it isn't known whether its work was stored.
  enum class InDoubt {
    Wait,   ///< it waits, as the functions that it gave are its own
    Leave,  ///< after `wait` it is told CommitInDoubt
  };

  GroupCommit(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options);
  ~GroupCommit() override;
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  /// Returns when the work is durable and `afterCommit` has run; throws what undid it.
  /// Errors: Unavailable also if the queue is full, or the work was not begun within the wait; CommitInDoubt.
  /// What `afterCommit` throws comes out as well, though the work stays committed: it had better not throw.
  void run(Work work, std::function<void()> afterCommit, InDoubt inDoubt);

  /// The server ends: from now on the database is asked about a commit in doubt for so long at most. After that nothing
  /// is committed any more, since it would be told before what is in doubt.
  void drain(base::Duration atMost);

  std::size_t waiting() const;
  /// Whether something was committed within that time.
  bool hasCommittedWithin(base::Duration time) const;

 private:
  enum class State { Waiting, Running, Done };
  /// Shared by its caller and the committing thread. All but `base` and `afterCommit` is under the lock.
  struct Unit {
    GroupUnit base;
    std::function<void()> afterCommit;
    State state = State::Waiting;
    bool hasLeft = false;
    std::condition_variable changed{};
  };
  using Group = std::vector<std::shared_ptr<Unit>>;

  void awaitEnd(std::unique_lock<std::mutex>& lock, const std::shared_ptr<Unit>& unit, InDoubt inDoubt);
  void commitGroups() noexcept;
  bool nextGroup();
  void commit() noexcept;
  void finish();
  bool isTimeUp() const;
  void doubtBegan(const std::string& why) override;
  bool mayAskAgain() override;
  void doubtEnded(bool committed) override;

  const Options& _options;
  GroupTransaction _transaction;
  mutable std::mutex _mutex;
  std::condition_variable _arrived;
  std::condition_variable _ending;
  std::deque<std::shared_ptr<Unit>> _queue;
  Group _group;        // changed by the committing thread alone
  std::string _doubt;  // why; empty while there is none
  base::TimePoint _doubtSince{};
  base::TimePoint _lastCommit{};
  std::optional<base::TimePoint> _giveUpAt;
  bool _gaveUp = false;
  bool _closing = false;
  std::thread _thread;
};

}  // namespace chat::data
