#include "data/GroupCommit.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace chat::data {

GroupCommit::GroupCommit(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options)
    : _options(options), _transaction(engine, pool, writers, options), _thread([this] { commitGroups(); }) {}

GroupCommit::~GroupCommit() {
  {
    std::lock_guard lock(_mutex);
    _closing = true;
  }
  _arrived.notify_one();
  _thread.join();
}

void GroupCommit::run(const Work& work, std::function<void()> afterCommit) {
  Unit unit{{work, nullptr}, std::move(afterCommit), State::Waiting, {}};
  std::unique_lock lock(_mutex);
  if (_closing) throw Unavailable("the server is stopping");
  if (_queue.size() >= _options.groupMaxWaiting) throw Unavailable("too many transactions wait for their commit");
  _queue.push_back(&unit);
  _arrived.notify_one();
  const auto done = [&unit] { return unit.state == State::Done; };
  if (!unit.done.wait_for(lock, _options.wait, done)) {
    if (unit.state == State::Waiting) {
      _queue.erase(std::find(_queue.begin(), _queue.end(), &unit));
      throw Unavailable("the commit's turn did not come in time");
    }
    unit.done.wait(lock, done);
  }
  lock.unlock();
  if (unit.base.error) std::rethrow_exception(unit.base.error);
}

std::size_t GroupCommit::waiting() const {
  std::lock_guard lock(_mutex);
  return _queue.size();
}

void GroupCommit::commitGroups() noexcept {
  pthread_setname_np(pthread_self(), "group-commit");
  std::unique_lock lock(_mutex);
  for (;;) {
    const std::vector<Unit*> group = nextGroup(lock);
    if (group.empty()) return;
    lock.unlock();
    commit(group);
    lock.lock();
    for (Unit* unit : group) {
      unit->state = State::Done;
      // Under the lock: the unit is gone once its caller has seen the state.
      unit->done.notify_one();
    }
  }
}

// Empty when everything accepted is committed and nothing more will come.
std::vector<GroupCommit::Unit*> GroupCommit::nextGroup(std::unique_lock<std::mutex>& lock) {
  _arrived.wait(lock, [this] { return _closing || !_queue.empty(); });
  const auto size = static_cast<std::ptrdiff_t>(std::min(_queue.size(), _options.groupMaxUnits));
  std::vector<Unit*> group(_queue.begin(), _queue.begin() + size);
  _queue.erase(_queue.begin(), _queue.begin() + size);
  for (Unit* unit : group) unit->state = State::Running;
  return group;
}

void GroupCommit::commit(const std::vector<Unit*>& group) noexcept {
  std::vector<GroupUnit*> units;
  units.reserve(group.size());
  for (Unit* unit : group) units.push_back(&unit->base);
  _transaction.run(units);
  for (Unit* unit : group) {
    if (unit->base.error || !unit->afterCommit) continue;
    try {
      unit->afterCommit();
    } catch (...) {
      unit->base.error = std::current_exception();
    }
  }
}

}  // namespace chat::data
