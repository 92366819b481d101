#include "exec/WorkerPool.h"

#include <pthread.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace chat::exec {

WorkerPool::WorkerPool(Options options) : _options(std::move(options)) {
  assert(_options.threads > 0);
  for (; _lastNumber < _options.threads; ++_lastNumber) {
    _threads.emplace_back([this, number = _lastNumber] { work(number); });
  }
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::trySubmit(base::Task&& task, Notify when) {
  bool wakes = false;
  {
    std::lock_guard lock(_mutex);
    if (_stopping || isFullLocked()) return false;
    _queue.push_back(std::move(task));
    wakes = when == Notify::Now && claimWakeup();
  }
  if (wakes) _wake.notify_one();
  return true;
}

bool WorkerPool::submit(base::Task&& task) {
  bool wakes = false;
  {
    std::lock_guard lock(_mutex);
    if (_stopping) return false;
    _queue.push_back(std::move(task));
    wakes = claimWakeup();
  }
  if (wakes) _wake.notify_one();
  return true;
}

bool WorkerPool::isFull() const {
  std::lock_guard lock(_mutex);
  return isFullLocked();
}

bool WorkerPool::isFullLocked() const {
  const std::size_t idle = _threads.size() - _ended.size() - _running;
  return _queue.size() >= idle + _options.queueLimit;
}

void WorkerPool::notify() {
  bool wakes = false;
  {
    std::lock_guard lock(_mutex);
    wakes = claimWakeup();
  }
  if (wakes) _wake.notify_one();
}

// Whether the caller must notify a thread: a task is queued, a thread waits, and none has been notified yet.
bool WorkerPool::claimWakeup() noexcept {
  if (_queue.empty() || _waiting == 0 || _waking) return false;
  _waking = true;
  return true;
}

bool WorkerPool::replaceStuck() {
  const std::lock_guard lock(_mutex);
  if (_stopping || _stuck == _options.threads) return false;
  joinEnded();
  ++_stuck;
  if (_surplus > 0) {
    --_surplus;
    return true;
  }
  _threads.emplace_back([this, number = _lastNumber++] { work(number); });
  return true;
}

void WorkerPool::stuckReturned() {
  {
    const std::lock_guard lock(_mutex);
    if (_stuck == 0) return;
    --_stuck;
    ++_surplus;
  }
  _wake.notify_all();
}

// These threads have released the lock for the last time, so joining them under it doesn't deadlock.
void WorkerPool::joinEnded() {
  for (const auto id : _ended) {
    const auto thread = std::find_if(_threads.begin(), _threads.end(), [id](auto& one) { return one.get_id() == id; });
    thread->join();
    _threads.erase(thread);
  }
  _ended.clear();
}

std::size_t WorkerPool::stuck() const {
  const std::lock_guard lock(_mutex);
  return _stuck;
}

void WorkerPool::work(std::size_t number) noexcept {
  // The kernel takes 15 bytes.
  const std::string name = _options.name.substr(0, 11) + '-' + std::to_string(number);
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());

  std::unique_lock lock(_mutex);
  for (;;) {
    while (!_stopping && _surplus == 0 && _queue.empty()) {
      ++_waiting;
      _wake.wait(lock);
      --_waiting;
      _waking = false;
    }
    if (_queue.empty()) {
      if (_stopping) return;
      --_surplus;
      _ended.push_back(std::this_thread::get_id());
      return;
    }
    base::Task task = std::move(_queue.front());
    _queue.pop_front();
    ++_running;
    const bool wakes = claimWakeup();
    lock.unlock();
    if (wakes) _wake.notify_one();
    task();
    // Destroying what the task owns may take long or call back, so not under the lock.
    task = {};
    lock.lock();
    --_running;
    if (_running == 0 && _queue.empty()) _quiet.notify_all();
  }
}

bool WorkerPool::drain(base::Duration wait) {
  std::unique_lock lock(_mutex);
  return _quiet.wait_for(lock, wait, [this] { return _running == 0 && _queue.empty(); });
}

void WorkerPool::stop() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(_mutex);
    _stopping = true;
    threads.swap(_threads);
  }
  _wake.notify_all();
  for (std::thread& thread : threads) thread.join();
}

std::size_t WorkerPool::queued() const {
  std::lock_guard lock(_mutex);
  return _queue.size();
}

std::size_t WorkerPool::running() const {
  std::lock_guard lock(_mutex);
  return _running;
}

std::size_t WorkerPool::threads() const {
  std::lock_guard lock(_mutex);
  return _threads.size() - _ended.size();
}

}  // namespace chat::exec
