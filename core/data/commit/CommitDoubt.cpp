#include "data/commit/CommitDoubt.h"

#include <Poco/Logger.h>

#include <algorithm>

#include "base/LogCause.h"

namespace chat::data {

namespace {

constexpr base::Duration AskAgainAfter{100};

}  // namespace

void CommitDoubt::drain(base::Duration atMost) {
  {
    const std::lock_guard lock(_mutex);
    const base::TimePoint end = base::systemClock().now() + atMost;
    _giveUpAt = _giveUpAt ? std::min(*_giveUpAt, end) : end;
  }
  _ending.notify_all();
}

std::string CommitDoubt::reason() const {
  const std::lock_guard lock(_mutex);
  return _reason;
}

void CommitDoubt::doubtBegan(const std::string& why) {
  base::warnCause(Poco::Logger::get("data"), "doubt",
                  "a commit's answer was lost; the database is asked until it says whether it was done, nothing that "
                  "depends on it is committed meanwhile: " +
                      why);
  const std::lock_guard lock(_mutex);
  _reason = why;
  if (_open++ == 0) _since = base::systemClock().now();
}

bool CommitDoubt::mayAskAgain() {
  std::unique_lock lock(_mutex);
  _ending.wait_for(lock, AskAgainAfter, [this] { return isTimeUp(); });
  if (!isTimeUp()) return true;
  _isOver = true;
  --_open;
  return false;
}

bool CommitDoubt::isTimeUp() const {
  return _giveUpAt && base::systemClock().now() >= *_giveUpAt;
}

void CommitDoubt::doubtEnded(bool committed) {
  base::Duration lasted{};
  {
    const std::lock_guard lock(_mutex);
    --_open;
    lasted = std::chrono::duration_cast<base::Duration>(base::systemClock().now() - _since);
  }
  poco_information(Poco::Logger::get("data"), std::string("the commit in doubt was ") + (committed ? "" : "not ") +
                                                  "done, known after " + std::to_string(lasted.count()) + " ms");
}

}  // namespace chat::data
