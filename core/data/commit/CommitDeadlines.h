#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "data/commit/CommitUnit.h"

namespace chat::data {

/// Tells units whose deadline has passed, whatever the committing threads are doing: they may hang in a call to a
/// database that doesn't answer. Exact to 50 ms.
///
/// Thread: any; the entries are told on a thread of its own.
class CommitDeadlines {
 public:
  CommitDeadlines() : _thread([this] { watch(); }) {}
  ~CommitDeadlines() { stop(); }
  CommitDeadlines(const CommitDeadlines&) = delete;
  CommitDeadlines& operator=(const CommitDeadlines&) = delete;

  void add(const std::shared_ptr<CommitUnit>& unit);
  /// Tells nobody any more.
  void stop();

 private:
  void watch() noexcept;

  std::mutex _mutex;
  std::condition_variable _changed;
  std::vector<std::shared_ptr<CommitUnit>> _units;
  bool _isIdle = false;  ///< the thread waits for a unit
  bool _isStopping = false;
  std::thread _thread;
};

}  // namespace chat::data
