#include "data/session/Availability.h"

#include <Poco/Logger.h>
#include <pthread.h>

#include <utility>

#include "data/Database.h"
#include "data/engine/Fault.h"

namespace chat::data {

namespace {

constexpr base::Duration TryAgainAfter{250};
// A database that answers has been tried within some milliseconds.
constexpr base::Duration PatienceOfCallers{300};

}  // namespace

Availability::Availability(Probe probe) : _probe(std::move(probe)), _thread([this] { work(); }) {}

void Availability::require() const {
  if (!_isAway.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(_mutex);
  throw Unavailable(_reason);
}

void Availability::requireKnown() const {
  if (!_isAway.load(std::memory_order_relaxed) && !_isSuspected.load(std::memory_order_relaxed)) return;
  std::unique_lock lock(_mutex);
  _decided.wait_for(lock, PatienceOfCallers, [this] { return _isAway || !_isSuspected || _isStopping; });
  if (_isAway) throw Unavailable(_reason);
  if (_isSuspected) throw Unavailable("the database has not answered in time");
}

void Availability::answered() {
  if (!_isAway.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(_mutex);
  _isSuspected = false;
  noteBack();
}

void Availability::suspect() {
  {
    const std::lock_guard lock(_mutex);
    if (_isSuspected.exchange(true)) return;
  }
  _changed.notify_one();
}

void Availability::stop() {
  {
    const std::lock_guard lock(_mutex);
    _isStopping = true;
  }
  _changed.notify_one();
  _decided.notify_all();
  if (_thread.joinable()) _thread.join();
}

void Availability::work() noexcept {
  pthread_setname_np(pthread_self(), "sql-probe");
  std::unique_lock lock(_mutex);
  for (;;) {
    _changed.wait(lock, [this] { return _isStopping || _isSuspected; });
    if (_isStopping) return;
    lock.unlock();
    std::string why;
    try {
      _probe();
    } catch (const std::exception& error) {
      why = describe(error);
    }
    lock.lock();
    if (why.empty()) {
      _isSuspected = false;
      noteBack();
      _decided.notify_all();
    } else {
      noteAway(why);
      _changed.wait_for(lock, TryAgainAfter, [this] { return _isStopping; });
    }
  }
}

void Availability::noteAway(const std::string& why) {
  _reason = "the database is away: " + why;
  if (_isAway.exchange(true)) return;
  _decided.notify_all();
  _since = base::systemClock().now();
  poco_warning(Poco::Logger::get("data"), _reason + "; what needs it is refused until it answers");
}

void Availability::noteBack() {
  if (!_isAway.exchange(false)) return;
  const auto lasted = std::chrono::duration_cast<base::Duration>(base::systemClock().now() - _since);
  poco_information(Poco::Logger::get("data"), "the database is back after " + std::to_string(lasted.count()) + " ms");
}

}  // namespace chat::data
