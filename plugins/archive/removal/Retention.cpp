#include "archive/removal/Retention.h"

namespace chat::archive {
namespace {

constexpr support::Millis RestMs = 3'600'000;
// How often it looks for interrupted erasures, and for the end of another server's lease.
constexpr support::Millis LookMs = 30'000;
// The command finishes most erasures by itself.
constexpr support::Millis GraceMs = 60'000;

}  // namespace

void Retention::run() {
  const support::Millis now = support::toMillis(_clock.wallTime());
  if (_isEnded || now < _nextLook) return;
  try {
    step(now);
  } catch (const data::Unavailable&) {
    // The next time; also if it isn't known whether the step was done: what was removed isn't found again.
  }
}

void Retention::step(support::Millis now) {
  if (!_lease.hold(now)) {
    _nextLook = now + LookMs;
    return;
  }
  if (const auto pending = _erasure.pending(now - GraceMs)) {
    _erasure.goOn(*pending);
    return;
  }
  if (_keep.count() > 0 && now >= _nextWalk) {
    if (!_walk) {
      const auto kept = std::chrono::duration_cast<std::chrono::milliseconds>(_keep).count();
      _walk.emplace(_database, MessageRemoval::Condition{now - kept, {}});
    }
    if (!_walk->next().isLast) return;
    _walk.reset();
    _nextWalk = now + RestMs;
  }
  _nextLook = now + LookMs;
}

}  // namespace chat::archive
