#include "socketio/AckTable.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "net/Loop.h"

namespace chat::socketio {

AckTable::AckTable(net::Loop& loop) noexcept
    : _loop(loop), _timer([](void* owner) { static_cast<AckTable*>(owner)->expire(); }, this) {}

void AckTable::add(std::uint64_t ackId, base::Duration timeout, Socket::AckCallback callback) {
  const base::TimePoint deadline = _loop.now() + timeout;
  _pending.push_back({ackId, deadline, std::move(callback)});
  if (!_timer.armed() || deadline < _armedFor) armTimer();
}

Socket::AckCallback AckTable::take(std::uint64_t ackId) {
  const auto found = std::lower_bound(_pending.begin(), _pending.end(), ackId,
                                      [](const Pending& pending, std::uint64_t id) { return pending.ackId < id; });
  if (found == _pending.end() || found->ackId != ackId) return {};
  Socket::AckCallback callback = std::move(found->callback);
  _pending.erase(found);
  // The timer may now fire too early; then nothing is due and it is armed again.
  if (_pending.empty()) _timer.cancel();
  return callback;
}

void AckTable::fail(Socket::AckOutcome outcome) {
  _timer.cancel();
  auto failed = std::exchange(_pending, {});
  for (Pending& pending : failed) pending.callback(outcome, {}, {});
}

void AckTable::expire() {
  const auto firstDue = std::stable_partition(
      _pending.begin(), _pending.end(), [this](const Pending& pending) { return pending.deadline > _loop.now(); });
  std::vector<Pending> due(std::make_move_iterator(firstDue), std::make_move_iterator(_pending.end()));
  _pending.erase(firstDue, _pending.end());
  armTimer();
  for (Pending& pending : due) pending.callback(Socket::AckOutcome::TimedOut, {}, {});
}

void AckTable::armTimer() {
  if (_pending.empty()) return;
  const auto earliest =
      std::min_element(_pending.begin(), _pending.end(),
                       [](const Pending& left, const Pending& right) { return left.deadline < right.deadline; });
  _armedFor = earliest->deadline;
  _loop.arm(_timer, std::max(_armedFor - _loop.now(), base::Duration::zero()));
}

}  // namespace chat::socketio
