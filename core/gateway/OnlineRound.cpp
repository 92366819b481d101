#include "gateway/OnlineRound.h"

#include <chrono>
#include <utility>

#include "gateway/Directory.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

constexpr std::chrono::seconds Patience{2};

}  // namespace

OnlineRound::OnlineRound(std::vector<base::UserId> users) : _users(std::move(users)), _online(_users.size(), false) {}

OnlineRound::Part OnlineRound::part() {
  const std::lock_guard lock(_mutex);
  ++_open;
  return Part(shared_from_this());
}

std::vector<bool> OnlineRound::wait() {
  std::unique_lock lock(_mutex);
  if (!_allDone.wait_for(lock, Patience, [this] { return _open == 0; })) {
    throw plugin::AppError(503, "Not every loop has answered in time");
  }
  return std::move(_online);
}

void OnlineRound::done() {
  const std::lock_guard lock(_mutex);
  if (--_open == 0) _allDone.notify_all();
}

OnlineRound::Part::~Part() {
  if (_round) _round->done();
}

void OnlineRound::Part::look(const Directory& directory, const base::Clock& clock) {
  const auto now = clock.wallTime();
  std::vector<bool> found(_round->_users.size(), false);
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = directory.isOnline(_round->_users[i], now);
  const std::lock_guard lock(_round->_mutex);
  if (_round->_online.size() != found.size()) return;  // nobody waits any more
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i]) _round->_online[i] = true;
  }
}

}  // namespace chat::gateway
