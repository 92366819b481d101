#include "data/commit/GroupCommit.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/RequestStart.h"

namespace chat::data {

namespace {

/// A function whose caller waits.
class CallerEntry final : public BatchEntry {
 public:
  explicit CallerEntry(std::function<void()> afterCommit) : _afterCommit(std::move(afterCommit)) {}

  std::size_t bytes() const noexcept override { return 0; }
  std::span<const std::string> rows() const noexcept override { return {}; }
  void committed() override {
    std::exception_ptr error;
    try {
      if (_afterCommit) _afterCommit();
    } catch (...) {
      error = std::current_exception();
    }
    end(std::move(error));
  }
  // By the committing thread too: the caller keeps its deadline itself.
  void failed(std::exception_ptr reason) override { end(std::move(reason)); }

  /// Until it has ended, or the time is over.
  bool waitUntil(base::TimePoint deadline) {
    std::unique_lock lock(_mutex);
    return _ended.wait_until(lock, deadline, [this] { return _hasEnded; });
  }
  void wait() {
    std::unique_lock lock(_mutex);
    _ended.wait(lock, [this] { return _hasEnded; });
  }
  /// Nobody else keeps it: the exception may have a type of the caller's library.
  std::exception_ptr takeError() {
    const std::lock_guard lock(_mutex);
    return std::exchange(_error, nullptr);
  }
  /// Before the caller goes on: the function may be code of a library that may be unloaded then.
  void forget() noexcept { _afterCommit = nullptr; }

 private:
  void end(std::exception_ptr error) {
    forget();
    const std::lock_guard lock(_mutex);
    _error = std::move(error);
    _hasEnded = true;
    _ended.notify_one();
  }

  std::function<void()> _afterCommit;
  std::mutex _mutex;
  std::condition_variable _ended;
  std::exception_ptr _error;
  bool _hasEnded = false;
};

}  // namespace

GroupCommit::GroupCommit(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options)
    : _pool(pool),
      _options(options),
      _transaction(engine, pool, writers, options, 0, _doubt),
      _aside(engine, pool, writers, options, _doubt),
      _thread([this] { commitGroups(); }) {}

GroupCommit::~GroupCommit() {
  drain(base::Duration::zero());
  {
    std::lock_guard lock(_mutex);
    _closing = true;
  }
  _arrived.notify_one();
  _thread.join();
  _aside.stop();
  _deadlines.stop();
}

void GroupCommit::run(Work work, std::function<void()> afterCommit, InDoubt inDoubt) {
  const auto unit = std::make_shared<CommitUnit>();
  auto owned = std::make_unique<CallerEntry>(std::move(afterCommit));
  auto& entry = *owned;
  unit->work = std::move(work);
  unit->entry = std::move(owned);
  enqueue(unit);
  if (!entry.waitUntil(base::RequestStart::deadline(_options.wait))) {
    if (unit->move(CommitUnit::State::Waiting, CommitUnit::State::Left)) {
      entry.forget();
      throw Unavailable(_doubt.begun() ? "a commit before it is in doubt: " + _doubt.reason()
                                       : "the commit's turn did not come in time");
    }
    if (const auto reason = inDoubt == InDoubt::Leave ? unit->leave() : nullptr) std::rethrow_exception(reason);
    entry.wait();
  }
  if (const auto error = entry.takeError()) std::rethrow_exception(error);
}

void GroupCommit::add(std::shared_ptr<BatchWriter> writer, std::unique_ptr<BatchEntry> entry,
                      std::shared_ptr<void> owner) {
  const auto unit = std::make_shared<CommitUnit>();
  unit->owner = std::move(owner);
  unit->writer = std::move(writer);
  unit->entry = std::move(entry);
  unit->deadline = base::RequestStart::deadline(_options.wait);
  enqueue(unit);
  _deadlines.add(unit);
}

// While the database doesn't answer nobody waits for the deadline in vain.
void GroupCommit::enqueue(const std::shared_ptr<CommitUnit>& unit) {
  _pool.requireAvailable();
  {
    const std::lock_guard lock(_mutex);
    if (_closing || _doubt.isOver()) throw Unavailable("the server is stopping");
    if (_busySince && base::systemClock().now() - *_busySince > _options.wait) {
      throw Unavailable("the database has not finished a commit for " + std::to_string(_options.wait.count()) + " ms");
    }
    if (_queue.size() >= _options.groupMaxWaiting) {
      std::erase_if(_queue, [](const auto& waiting) { return waiting->hasLeft(); });
    }
    if (_queue.size() >= _options.groupMaxWaiting) throw Unavailable("too many transactions wait for their commit");
    _queue.push_back(unit);
  }
  _arrived.notify_one();
}

void GroupCommit::drain(base::Duration atMost) {
  _doubt.drain(atMost);
}

std::size_t GroupCommit::waiting() const {
  const std::lock_guard lock(_mutex);
  return _queue.size();
}

bool GroupCommit::hasCommittedWithin(base::Duration time) const {
  const std::lock_guard lock(_mutex);
  return base::systemClock().now() - _lastCommit <= time && !_doubt.begun();
}

void GroupCommit::commitGroups() noexcept {
  pthread_setname_np(pthread_self(), "group-commit");
  for (auto group = nextGroup(); !group.empty(); group = nextGroup()) commit(group);
}

// Empty when everything accepted is committed and nothing more will come.
GroupCommit::Units GroupCommit::nextGroup() {
  for (;;) {
    Units group;
    Units refused;
    {
      std::unique_lock lock(_mutex);
      _arrived.wait(lock, [this] { return _closing || !_queue.empty(); });
      if (_queue.empty()) return {};
      while (!_queue.empty() && group.size() < _options.groupMaxUnits) {
        auto unit = std::move(_queue.front());
        _queue.pop_front();
        if (_aside.holdsRowsOf(*unit)) {
          if (!_aside.add(unit)) refused.push_back(std::move(unit));
        } else if (unit->move(CommitUnit::State::Waiting, CommitUnit::State::Running)) {
          group.push_back(std::move(unit));
        }
      }
      if (!group.empty()) _busySince = base::systemClock().now();
    }
    for (const auto& unit : refused) refuse(*unit);
    if (!group.empty()) return group;
  }
}

void GroupCommit::refuse(CommitUnit& unit) {
  unit.error = std::make_exception_ptr(Unavailable("too many transactions wait for locked rows"));
  unit.end();
}

void GroupCommit::commit(const Units& group) noexcept {
  std::vector<CommitUnit*> units;
  units.reserve(group.size());
  for (const auto& unit : group) units.push_back(unit.get());
  if (!_doubt.isOver()) {
    _transaction.run(units);
  } else {
    for (auto* unit : units) unit->error = std::make_exception_ptr(Unavailable("the server is stopping"));
  }
  {
    // Before anybody is told: whoever is may send the next one at once.
    const std::lock_guard lock(_mutex);
    _busySince.reset();
  }
  bool isAnyStored = false;
  for (const auto& unit : group) {
    if (unit->isAside) {
      if (!_aside.add(unit)) refuse(*unit);
    } else {
      isAnyStored = isAnyStored || !unit->error;
      unit->end();
    }
  }
  if (!isAnyStored) return;
  const std::lock_guard lock(_mutex);
  _lastCommit = base::systemClock().now();
}

}  // namespace chat::data
