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

/// Lets all callers that commit at the same moment share one commit.
///
/// One thread commits. Units that come meanwhile wait in a queue, and the whole queue, up to `groupMaxUnits`, is the
/// next group: under load one fsync serves many, without load no unit waits for others. After the commit the thread
/// runs the units' `afterCommit` in their order, then wakes the callers.
///
/// While it isn't known whether a group was committed, the thread only asks the database. Callers that don't wait for
/// the result leave; those in the queue get Unavailable when their wait is over.
///
/// Thread: `run` any that may block, except the committing thread. The destructor commits all accepted units first.
class GroupCommit : private DoubtListener {
 public:
  /// The behaviour of `run` while it isn't known whether its work was stored.
  enum class InDoubt {
    Wait,   ///< the caller waits, since it owns its functions
    Leave,  ///< after `wait` the call throws CommitInDoubt
  };

  GroupCommit(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options);
  ~GroupCommit() override;
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  /// Returns when the work is durable and `afterCommit` has run; throws the error that rolled it back.
  /// Errors: Unavailable also if the queue is full, or the work was not begun within the wait; CommitInDoubt. An
  /// exception of `afterCommit` is thrown too, although the work stays committed: it should not throw.
  void run(Work work, std::function<void()> afterCommit, InDoubt inDoubt);

  /// The server stops: from now on the database is asked about a commit in doubt for at most this time. After that
  /// nothing is committed any more, since it would be emitted before the commit in doubt.
  void drain(base::Duration atMost);

  std::size_t waiting() const;
  /// Whether there was a commit within that time.
  bool hasCommittedWithin(base::Duration time) const;

 private:
  enum class State { Waiting, Running, Done };
  /// Shared by its caller and the committing thread. Everything except `base` and `afterCommit` is under the lock.
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
  Group _group;        // changed only by the committing thread
  std::string _doubt;  // the reason; empty while there is no doubt
  base::TimePoint _doubtSince{};
  base::TimePoint _lastCommit{};
  std::optional<base::TimePoint> _giveUpAt;
  bool _gaveUp = false;
  bool _closing = false;
  std::thread _thread;
};

}  // namespace chat::data
