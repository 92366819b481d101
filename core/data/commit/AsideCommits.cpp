#include "data/commit/AsideCommits.h"

#include <pthread.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "data/commit/CommitDoubt.h"

namespace chat::data {

AsideCommits::AsideCommits(Engine& engine, SessionPool& pool, exec::Semaphore& writers, const Options& options,
                           CommitDoubt& doubt)
    : _engine(engine), _pool(pool), _writers(writers), _options(options), _doubt(doubt) {
  if (engine.oneWriter()) return;  // there are no rows to wait for
  for (std::size_t lane = 1; lane <= options.lockWaiters; ++lane) _threads.emplace_back([this, lane] { work(lane); });
}

bool AsideCommits::holdsRowsOf(const CommitUnit& unit) const {
  if (_count.load(std::memory_order_relaxed) == 0) return false;
  const auto rows = unit.entry->rows();
  const std::lock_guard lock(_mutex);
  return std::any_of(rows.begin(), rows.end(), [this](const std::string& row) { return _rows.contains(row); });
}

bool AsideCommits::add(std::shared_ptr<CommitUnit> unit) {
  // Nobody runs it at present: whoever waits for it may leave, and is told truly that nothing was stored.
  unit->move(CommitUnit::State::Running, CommitUnit::State::Waiting);
  {
    const std::lock_guard lock(_mutex);
    if (_waiting.size() >= _options.groupMaxWaiting) dropLeft();
    if (_waiting.size() >= _options.groupMaxWaiting) return false;
    for (const auto& row : unit->entry->rows()) ++_rows[row];
    _waiting.push_back(std::move(unit));
    ++_count;
  }
  _changed.notify_one();
  return true;
}

// Those whose callers don't wait any more, and that would be dropped when their turn comes.
void AsideCommits::dropLeft() {
  std::erase_if(_waiting, [this](const auto& unit) {
    if (!unit->hasLeft()) return false;
    for (const auto& row : unit->entry->rows()) removeOne(_rows, row);
    --_count;
    return true;
  });
}

void AsideCommits::stop() {
  {
    const std::lock_guard lock(_mutex);
    _isStopping = true;
  }
  _changed.notify_all();
  for (auto& thread : _threads) thread.join();
  _threads.clear();
}

// The first one none of whose rows an earlier one has.
AsideCommits::Units::iterator AsideCommits::nextUnit() {
  std::unordered_set<std::string_view> before;
  for (auto unit = _waiting.begin(); unit != _waiting.end(); ++unit) {
    bool isFree = true;
    for (const auto& row : (*unit)->entry->rows()) {
      isFree = isFree && !_busy.contains(row) && !before.contains(row);
      before.insert(row);
    }
    if (isFree) return unit;
  }
  return _waiting.end();
}

void AsideCommits::work(std::size_t lane) noexcept {
  pthread_setname_np(pthread_self(), ("lock-wait-" + std::to_string(lane)).c_str());
  GroupTransaction transaction(_engine, _pool, _writers, _options, lane, _doubt);
  std::unique_lock lock(_mutex);
  for (;;) {
    auto next = _waiting.end();
    _changed.wait(lock, [&] {
      next = nextUnit();
      return next != _waiting.end() || (_isStopping && _waiting.empty());
    });
    if (next == _waiting.end()) return;
    const auto unit = std::move(*next);
    _waiting.erase(next);
    const auto held = unit->entry->rows();
    const std::vector<std::string> rows(held.begin(), held.end());
    for (const auto& row : rows) ++_busy[row];
    lock.unlock();
    if (unit->move(CommitUnit::State::Waiting, CommitUnit::State::Running)) commit(transaction, *unit);
    lock.lock();
    for (const auto& row : rows) {
      removeOne(_busy, row);
      removeOne(_rows, row);
    }
    --_count;
    _changed.notify_all();
  }
}

void AsideCommits::removeOne(Names& names, const std::string& row) {
  const auto name = names.find(row);
  if (--name->second == 0) names.erase(name);
}

void AsideCommits::commit(GroupTransaction& transaction, CommitUnit& unit) noexcept {
  CommitUnit* const alone = &unit;
  if (_doubt.isOver()) {
    unit.error = std::make_exception_ptr(Unavailable("the server is stopping"));
  } else {
    transaction.run({&alone, 1});
  }
  unit.end();
}

}  // namespace chat::data
