#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "data/commit/GroupTransaction.h"

namespace chat::data {

class CommitDoubt;

/// Commits units that wait for rows which somebody else has locked, each in a transaction of its own, so that nobody
/// else waits.
///
/// A unit that shares a row with one that is here must not pass it, or what follows the commits would be told in the
/// wrong order: the group commit asks `holdsRowsOf` and adds it here too. Units that share a row are committed one
/// after the other, in the order of `add`; others at the same time, up to `Options::lockWaiters`.
///
/// Thread: any. `stop` ends it after all units; nothing may be added then.
class AsideCommits {
 public:
  AsideCommits(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options, CommitDoubt& doubt);
  ~AsideCommits() { stop(); }
  AsideCommits(const AsideCommits&) = delete;
  AsideCommits& operator=(const AsideCommits&) = delete;

  bool holdsRowsOf(const CommitUnit& unit) const;
  /// False, and nothing is done, if `Options::groupMaxWaiting` wait already.
  [[nodiscard]] bool add(std::shared_ptr<CommitUnit> unit);
  void stop();

 private:
  using Units = std::list<std::shared_ptr<CommitUnit>>;
  using Names = std::unordered_map<std::string, std::size_t>;

  void work(std::size_t lane) noexcept;
  Units::iterator nextUnit();
  void commit(GroupTransaction& transaction, CommitUnit& unit) noexcept;
  void dropLeft();
  static void removeOne(Names& names, const std::string& row);

  Engine& _engine;
  SessionPool& _pool;
  exec::Semaphore& _writers;
  const Options& _options;
  CommitDoubt& _doubt;
  mutable std::mutex _mutex;
  std::condition_variable _changed;
  Units _waiting;
  Names _rows;  ///< of all units, waiting or not, and how many have each
  Names _busy;  ///< of those that are being committed
  std::atomic<std::size_t> _count{0};
  bool _isStopping = false;
  std::vector<std::thread> _threads;
};

}  // namespace chat::data
