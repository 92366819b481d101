#include "data/engine/StatementDeadlines.h"

#include <pthread.h>

#include <utility>

namespace chat::data {

namespace {

constexpr base::Duration Period{50};

}  // namespace

StatementDeadlines::~StatementDeadlines() {
  {
    const std::lock_guard lock(_mutex);
    _isStopping = true;
    _isIdle = false;
  }
  _changed.notify_one();
  _thread.join();
}

std::uint64_t StatementDeadlines::begin(std::shared_ptr<Interrupter> connection, base::TimePoint deadline) {
  std::uint64_t number = 0;
  bool wasIdle = false;
  {
    const std::lock_guard lock(_mutex);
    number = ++_last;
    _watched.emplace(number, Watched{std::move(connection), deadline});
    wasIdle = std::exchange(_isIdle, false);
  }
  if (wasIdle) _changed.notify_one();
  return number;
}

bool StatementDeadlines::end(std::uint64_t number) {
  const std::lock_guard lock(_mutex);
  const auto watched = _watched.find(number);
  const bool wasInterrupted = watched->second.isInterrupted;
  _watched.erase(watched);
  return wasInterrupted;
}

// An idle database wakes nobody: the thread looks at the clock only while something is watched, and for one period
// more.
void StatementDeadlines::watch() noexcept {
  pthread_setname_np(pthread_self(), "sql-deadlines");
  std::unique_lock lock(_mutex);
  while (!_isStopping) {
    if (_watched.empty()) {
      _isIdle = true;
      _changed.wait(lock, [this] { return !_isIdle; });
    }
    _changed.wait_for(lock, Period, [this] { return _isStopping; });
    const auto now = base::systemClock().now();
    for (auto& [number, watched] : _watched) {
      if (watched.isInterrupted || now < watched.deadline) continue;
      watched.isInterrupted = true;
      watched.connection->interrupt();
    }
  }
}

}  // namespace chat::data
