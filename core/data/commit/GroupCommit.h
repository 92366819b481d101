#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "data/commit/AsideCommits.h"
#include "data/commit/CommitDeadlines.h"
#include "data/commit/CommitDoubt.h"
#include "data/commit/GroupTransaction.h"

namespace chat::data {

/// Lets all that is to be committed at the same moment share one commit.
///
/// One thread commits. Units that come meanwhile wait in a queue, and the whole queue, up to `groupMaxUnits`, is the
/// next group: under load one fsync serves many, without load no unit waits for others. After the commit the thread
/// tells the units' entries in their order. Units that wait for rows which others have locked are committed beside it
/// (AsideCommits), and so is what shares a row with them.
///
/// While it isn't known whether a group was committed, the thread only asks the database. Nobody waits longer than
/// `Options::wait`: see CommitUnit.
///
/// Thread: any that may block, except the committing thread; `add` any. The destructor commits all accepted units
/// first.
class GroupCommit {
 public:
  /// The behaviour of `run` when its time is over.
  enum class InDoubt {
    Wait,   ///< work that has begun is waited for, since the caller owns its functions
    Leave,  ///< the call throws Unavailable, or CommitInDoubt if it isn't known whether the work was stored
  };

  GroupCommit(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options);
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  /// Returns when the work is durable and `afterCommit` has run; throws the error that rolled it back.
  /// Errors: Unavailable also if the queue is full, or the work was not begun within the wait; CommitInDoubt. An
  /// exception of `afterCommit` is thrown too, although the work stays committed: it should not throw.
  void run(Work work, std::function<void()> afterCommit, InDoubt inDoubt);
  /// As Database::commitBatched. `owner` keeps the code of both; it is let go last.
  void add(std::shared_ptr<BatchWriter> writer, std::unique_ptr<BatchEntry> entry, std::shared_ptr<void> owner);

  /// The server stops: from now on the database is asked about a commit in doubt for at most this time. After that
  /// nothing is committed any more, since it would be emitted before the commit in doubt.
  void drain(base::Duration atMost);

  std::size_t waiting() const;
  /// Whether there was a commit within that time.
  bool hasCommittedWithin(base::Duration time) const;

 private:
  using Units = std::vector<std::shared_ptr<CommitUnit>>;

  void enqueue(const std::shared_ptr<CommitUnit>& unit);
  void commitGroups() noexcept;
  Units nextGroup();
  void commit(const Units& group) noexcept;
  static void refuse(CommitUnit& unit);

  const SessionPool& _pool;
  const Options& _options;
  CommitDoubt _doubt;
  GroupTransaction _transaction;
  AsideCommits _aside;
  mutable std::mutex _mutex;
  std::condition_variable _arrived;
  std::deque<std::shared_ptr<CommitUnit>> _queue;
  base::TimePoint _lastCommit{};
  std::optional<base::TimePoint> _busySince;  ///< the present group's
  bool _closing = false;
  CommitDeadlines _deadlines;
  std::thread _thread;
};

}  // namespace chat::data
