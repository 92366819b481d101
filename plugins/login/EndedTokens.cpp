#include "login/EndedTokens.h"

#include <vector>

#include "data/Database.h"

namespace chat::login {
namespace {

constexpr std::size_t MostAtOnce = 1000;
// How many rows are read again at the start, for tokens that ended since the plugin's sockets connected, or that have
// just become visible. Ending a token twice is harmless.
constexpr std::uint64_t ReadAgain = 200;
// A server that hasn't read for this long has had no database meanwhile; TokenSweep finds the rest.
constexpr support::Millis KeptMs = 60 * 60 * 1000;
constexpr base::Duration RemovalInterval = std::chrono::minutes(10);

}  // namespace

EndedTokens::EndedTokens(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock)
    : _store(database), _emitter(emitter), _clock(clock), _nextRemoval(clock.now() + RemovalInterval) {}

void EndedTokens::run() {
  const std::lock_guard lock(_mutex);
  try {
    read();
    removeOld();
  } catch (const data::Unavailable&) {
    // Read the next time.
  }
}

void EndedTokens::read() {
  if (!_last) {
    const std::uint64_t last = _store.lastId();
    _last = last > ReadAgain ? last - ReadAgain : 0;
  }
  if (!_holes.empty()) {
    std::vector<std::uint64_t> ids;
    for (const auto& [id, until] : _holes) ids.push_back(id);
    for (const EndedToken& token : _store.among(ids)) {
      take(token);
      _holes.erase(token.id);
    }
    std::erase_if(_holes, [now = _clock.now()](const auto& hole) { return hole.second <= now; });
  }
  for (std::size_t count = MostAtOnce; count == MostAtOnce;) {
    const auto tokens = _store.after(*_last, MostAtOnce);
    count = tokens.size();
    for (const EndedToken& token : tokens) {
      take(token);
      for (auto hole = *_last + 1; hole < token.id && _holes.size() < MaxHoles; ++hole) {
        _holes.emplace(hole, _clock.now() + HoleLife);
      }
      _last = token.id;
    }
  }
}

void EndedTokens::take(const EndedToken& token) {
  _emitter.endCredential(token.hash, token.reason);
}

void EndedTokens::removeOld() {
  if (_clock.now() < _nextRemoval) return;
  _nextRemoval = _clock.now() + RemovalInterval;
  _store.removeBefore(support::toMillis(_clock.wallTime()) - KeptMs);
}

}  // namespace chat::login
