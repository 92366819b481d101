#include "data/commit/CommitDeadlines.h"

#include <pthread.h>

#include <utility>

namespace chat::data {

namespace {

constexpr base::Duration Period{50};

}  // namespace

void CommitDeadlines::add(const std::shared_ptr<CommitUnit>& unit) {
  bool wasIdle = false;
  {
    const std::lock_guard lock(_mutex);
    _units.push_back(unit);
    wasIdle = std::exchange(_isIdle, false);
  }
  if (wasIdle) _changed.notify_one();
}

void CommitDeadlines::stop() {
  {
    const std::lock_guard lock(_mutex);
    _isStopping = true;
    _isIdle = false;
  }
  _changed.notify_one();
  if (_thread.joinable()) _thread.join();
}

void CommitDeadlines::watch() noexcept {
  pthread_setname_np(pthread_self(), "commit-deadline");
  std::unique_lock lock(_mutex);
  while (!_isStopping) {
    if (_units.empty()) {
      _isIdle = true;
      _changed.wait(lock, [this] { return !_isIdle; });
      continue;
    }
    _changed.wait_for(lock, Period, [this] { return _isStopping; });
    const auto now = base::systemClock().now();
    std::vector<std::shared_ptr<CommitUnit>> overdue;
    std::erase_if(_units, [&](const auto& unit) {
      const bool isOver = unit->deadline <= now;
      if (isOver) overdue.push_back(unit);
      return isOver || unit->state.load() == CommitUnit::State::Ended;
    });
    lock.unlock();
    for (const auto& unit : overdue) {
      if (auto reason = unit->leave()) unit->entry->failed(std::move(reason));
    }
    overdue.clear();
    lock.lock();
  }
}

}  // namespace chat::data
