#include "data/GroupCommit.h"

#include <Poco/Logger.h>
#include <pthread.h>

#include <algorithm>
#include <utility>

namespace chat::data {

namespace {

constexpr base::Duration AskAgainAfter{100};

}  // namespace

GroupCommit::GroupCommit(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options)
    : _options(options), _transaction(engine, pool, writers, options, *this), _thread([this] { commitGroups(); }) {}

GroupCommit::~GroupCommit() {
  drain(base::Duration::zero());
  {
    std::lock_guard lock(_mutex);
    _closing = true;
  }
  _arrived.notify_one();
  _thread.join();
}

void GroupCommit::run(Work work, std::function<void()> afterCommit, InDoubt inDoubt) {
  const auto unit = std::make_shared<Unit>();
  unit->base.work = std::move(work);
  unit->afterCommit = std::move(afterCommit);
  std::unique_lock lock(_mutex);
  if (_closing || _gaveUp) throw Unavailable("the server is stopping");
  if (_queue.size() >= _options.groupMaxWaiting) throw Unavailable("too many transactions wait for their commit");
  _queue.push_back(unit);
  _arrived.notify_one();
  const auto isDone = [&unit] { return unit->state == State::Done; };
  if (!unit->changed.wait_for(lock, _options.wait, isDone)) awaitEnd(lock, unit, inDoubt);
  // The exception may have a type of the caller's library, so the committing thread must not keep the last reference to
  // it.
  const std::exception_ptr error = std::exchange(unit->base.error, nullptr);
  lock.unlock();
  if (error) std::rethrow_exception(error);
}

void GroupCommit::awaitEnd(std::unique_lock<std::mutex>& lock, const std::shared_ptr<Unit>& unit, InDoubt inDoubt) {
  if (unit->state == State::Waiting) {
    _queue.erase(std::find(_queue.begin(), _queue.end(), unit));
    throw Unavailable(_doubt.empty() ? "the commit's turn did not come in time"
                                     : "a commit before it is in doubt: " + _doubt);
  }
  unit->changed.wait(lock,
                     [&] { return unit->state == State::Done || (inDoubt == InDoubt::Leave && !_doubt.empty()); });
  if (unit->state == State::Done) return;
  unit->hasLeft = true;
  throw CommitInDoubt("whether it was committed isn't known yet: " + _doubt);
}

void GroupCommit::drain(base::Duration atMost) {
  {
    std::lock_guard lock(_mutex);
    const base::TimePoint end = base::systemClock().now() + atMost;
    _giveUpAt = _giveUpAt ? std::min(*_giveUpAt, end) : end;
  }
  _ending.notify_one();
}

std::size_t GroupCommit::waiting() const {
  std::lock_guard lock(_mutex);
  return _queue.size();
}

bool GroupCommit::hasCommittedWithin(base::Duration time) const {
  std::lock_guard lock(_mutex);
  return base::systemClock().now() - _lastCommit <= time && _doubt.empty();
}

void GroupCommit::commitGroups() noexcept {
  pthread_setname_np(pthread_self(), "group-commit");
  while (nextGroup()) {
    commit();
    finish();
  }
}

// False when everything accepted is committed and nothing more will come.
bool GroupCommit::nextGroup() {
  std::unique_lock lock(_mutex);
  _arrived.wait(lock, [this] { return _closing || !_queue.empty(); });
  const auto size = static_cast<std::ptrdiff_t>(std::min(_queue.size(), _options.groupMaxUnits));
  _group.assign(_queue.begin(), _queue.begin() + size);
  _queue.erase(_queue.begin(), _queue.begin() + size);
  for (const auto& unit : _group) unit->state = State::Running;
  return !_group.empty();
}

void GroupCommit::commit() noexcept {
  if (_gaveUp) {
    for (const auto& unit : _group) unit->base.error = std::make_exception_ptr(Unavailable("the server is stopping"));
    return;
  }
  std::vector<GroupUnit*> units;
  units.reserve(_group.size());
  for (const auto& unit : _group) units.push_back(&unit->base);
  _transaction.run(units);
  for (const auto& unit : _group) {
    if (unit->base.error || !unit->afterCommit) continue;
    try {
      unit->afterCommit();
    } catch (...) {
      unit->base.error = std::current_exception();
    }
  }
}

void GroupCommit::finish() {
  Group group = std::exchange(_group, {});
  // Before the callers go on: their functions may be code of a library that may be unloaded then.
  for (const auto& unit : group) {
    if (unit->hasLeft) unit->base.error = nullptr;
    unit->base.work = nullptr;
    unit->afterCommit = nullptr;
  }
  std::lock_guard lock(_mutex);
  const auto isStored = [](const auto& unit) { return !unit->base.error && !unit->hasLeft; };
  if (std::any_of(group.begin(), group.end(), isStored)) _lastCommit = base::systemClock().now();
  for (const auto& unit : group) {
    unit->state = State::Done;
    unit->changed.notify_one();
  }
}

void GroupCommit::doubtBegan(const std::string& why) {
  poco_warning(Poco::Logger::get("data"),
               "a commit's answer was lost; the database is asked until it says whether it was done, nothing else is "
               "committed meanwhile: " +
                   why);
  std::lock_guard lock(_mutex);
  _doubt = why;
  _doubtSince = base::systemClock().now();
  for (const auto& unit : _group) unit->changed.notify_one();
}

bool GroupCommit::mayAskAgain() {
  std::unique_lock lock(_mutex);
  _ending.wait_for(lock, AskAgainAfter, [this] { return isTimeUp(); });
  if (!isTimeUp()) return true;
  _gaveUp = true;
  _doubt.clear();  // all callers have their result
  return false;
}

bool GroupCommit::isTimeUp() const {
  return _giveUpAt && base::systemClock().now() >= *_giveUpAt;
}

void GroupCommit::doubtEnded(bool committed) {
  base::Duration lasted{};
  {
    std::lock_guard lock(_mutex);
    _doubt.clear();
    lasted = std::chrono::duration_cast<base::Duration>(base::systemClock().now() - _doubtSince);
    for (const auto& unit : _group) unit->base.abandoned = unit->hasLeft;
  }
  poco_information(Poco::Logger::get("data"), std::string("the commit in doubt was ") + (committed ? "" : "not ") +
                                                  "done, known after " + std::to_string(lasted.count()) + " ms");
}

}  // namespace chat::data
