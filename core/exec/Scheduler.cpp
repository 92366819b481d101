#include "exec/Scheduler.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace chat::exec {

Scheduler::Scheduler(const base::Clock& clock)
    : _clock(clock), _goesByItself(&clock == &base::systemClock()), _thread([this] { work(); }) {}

Scheduler::~Scheduler() {
  stop();
}

Scheduler::Id Scheduler::at(base::TimePoint time, base::Task task) {
  const std::lock_guard lock(_mutex);
  const Id id = ++_last;
  _entries.emplace(time, Entry{id, std::move(task)});
  _changed.notify_one();
  return id;
}

void Scheduler::cancel(Id id) {
  base::Task cancelled;  // destroyed outside the lock
  std::unique_lock lock(_mutex);
  const auto found =
      std::find_if(_entries.begin(), _entries.end(), [id](const auto& entry) { return entry.second.id == id; });
  if (found != _entries.end()) {
    cancelled = std::move(found->second.task);
    _entries.erase(found);
  }
  _finished.wait(lock, [this, id] { return _running != id; });
}

void Scheduler::clockMoved() {
  std::unique_lock lock(_mutex);
  _changed.notify_one();
  _finished.wait(lock, [this] { return _running == 0 && !hasDue(); });
}

void Scheduler::stop() {
  {
    const std::lock_guard lock(_mutex);
    _stopping = true;
    _changed.notify_one();
  }
  if (_thread.joinable()) _thread.join();
}

void Scheduler::work() noexcept {
  pthread_setname_np(pthread_self(), "scheduler");
  std::unique_lock lock(_mutex);
  while (!_stopping) {
    if (_entries.empty() || (!_goesByItself && !hasDue())) {
      _changed.wait(lock);
      continue;
    }
    const auto first = _entries.begin();
    if (first->first > _clock.now()) {
      // A copy: the entry may be cancelled while this waits.
      const base::TimePoint time = first->first;
      _changed.wait_until(lock, time);
      continue;
    }
    base::Task task = std::move(first->second.task);
    _running = first->second.id;
    _entries.erase(first);
    lock.unlock();
    task();
    task = {};
    lock.lock();
    _running = 0;
    _finished.notify_all();
  }
}

}  // namespace chat::exec
