#include "login/FailureCounter.h"

#include <algorithm>

namespace chat::login {

base::Duration FailureCounter::wait(const std::string& key, base::TimePoint now) const {
  const auto found = _byKey.find(key);
  if (found == _byKey.end()) return base::Duration::zero();
  return std::max(found->second->waitsUntil - now, base::Duration::zero());
}

void FailureCounter::fail(const std::string& key, base::TimePoint now) {
  const auto [place, isNew] = _byKey.try_emplace(key);
  if (isNew) {
    place->second = _entries.insert(_entries.end(), Entry{key, 0, now, now});
  } else {
    _entries.splice(_entries.end(), _entries, place->second);
  }
  Entry& entry = *place->second;
  entry.failures = remembered(entry, now) + 1;
  entry.last = now;
  entry.waitsUntil = now + waitAfter(entry.failures);
  if (_entries.size() > _rule.capacity) {
    _byKey.erase(_entries.front().key);
    _entries.pop_front();
  }
}

void FailureCounter::clear(const std::string& key) {
  const auto found = _byKey.find(key);
  if (found == _byKey.end()) return;
  _entries.erase(found->second);
  _byKey.erase(found);
}

unsigned FailureCounter::remembered(const Entry& entry, base::TimePoint now) const noexcept {
  const auto forgotten = (now - entry.last) / _rule.forgetOneAfter;
  return forgotten >= entry.failures ? 0 : entry.failures - static_cast<unsigned>(forgotten);
}

base::Duration FailureCounter::waitAfter(unsigned failures) const noexcept {
  if (failures < _rule.failuresBeforeWait) return base::Duration::zero();
  constexpr unsigned EnoughDoublings = 10;
  const unsigned doublings = std::min(failures - _rule.failuresBeforeWait, EnoughDoublings);
  return std::min<base::Duration>(_rule.firstWait * (1 << doublings), _rule.longestWait);
}

}  // namespace chat::login
