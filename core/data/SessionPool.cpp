#include "data/SessionPool.h"

#include <Poco/AutoPtr.h>
#include <Poco/Data/SessionImpl.h>
#include <Poco/Data/SessionPool.h>

#include <mutex>
#include <unordered_map>
#include <utility>

namespace chat::data {

/// Poco's pool with a record of each connection, since Poco's own pooled session can't be marked as dead.
class SessionPool::PocoPool : public Poco::Data::SessionPool {
 public:
  // The minimum equals the maximum, so that Poco closes no connection by itself.
  PocoPool(Engine& engine, int sessions)
      : Poco::Data::SessionPool(engine.connector(), engine.connectionString(), sessions, sessions, JanitorSeconds),
        _engine(engine) {}

  bool wantsProbe(const Poco::Data::Session& session, base::Duration probeAfterIdle) {
    std::lock_guard lock(_mutex);
    const auto note = _notes.find(_engine.identity(session));
    if (note == _notes.end()) return false;
    const base::TimePoint lastUsed = note->second.lastUsed;
    return lastUsed < _lastLoss || base::systemClock().now() - lastUsed > probeAfterIdle;
  }

  void used(const Poco::Data::Session& session) {
    std::lock_guard lock(_mutex);
    if (const auto note = _notes.find(_engine.identity(session)); note != _notes.end()) {
      note->second.lastUsed = base::systemClock().now();
    }
  }

  /// Closes the connection itself: when the session is put back, Poco's pool finds it not connected and forgets it.
  void close(const Poco::Data::Session& session) {
    Poco::AutoPtr<Poco::Data::SessionImpl> connection;
    {
      std::lock_guard lock(_mutex);
      const auto note = _notes.find(_engine.identity(session));
      if (note == _notes.end()) return;
      connection = note->second.connection;
      _notes.erase(note);
      _lastLoss = base::systemClock().now();
    }
    connection->close();
  }

 protected:
  void customizeSession(Poco::Data::Session& session) override {
    _engine.prepare(session);
    std::lock_guard lock(_mutex);
    _notes.insert_or_assign(_engine.identity(session), Note{{session.impl(), true}, base::systemClock().now()});
  }

 private:
  static constexpr int JanitorSeconds = 3600;
  struct Note {
    Poco::AutoPtr<Poco::Data::SessionImpl> connection;
    base::TimePoint lastUsed;
  };

  Engine& _engine;
  std::mutex _mutex;
  std::unordered_map<const void*, Note> _notes;
  base::TimePoint _lastLoss{};
};

SessionPool::SessionPool(Engine& engine, const Options& options)
    : _engine(engine),
      _options(options),
      _places(options.sessions),
      _pool(std::make_unique<PocoPool>(engine, static_cast<int>(options.sessions + 1))) {}

SessionPool::~SessionPool() = default;

SessionPool::Lease SessionPool::take() {
  return lease(_places, "every database session is busy");
}

SessionPool::Lease SessionPool::takeForCommit() {
  return lease(_commitPlaces, "the committing session is busy");
}

SessionPool::Lease SessionPool::lease(exec::Semaphore& places, const char* exhausted) {
  std::optional<exec::Semaphore::Place> place = places.placeFor(_options.wait);
  if (!place) throw Unavailable(exhausted);
  _engine.verify();
  try {
    for (;;) {
      Poco::Data::Session session = _pool->get();
      if (!_pool->wantsProbe(session, _options.probeAfterIdle) || _engine.alive(session)) {
        _pool->used(session);
        return Lease(*this, std::move(*place), std::move(session));
      }
      // This loop ends: each round removes one idle connection, and a new one isn't probed.
      _pool->close(session);
    }
  } catch (const std::exception& error) {
    throw Unavailable("no database session: " + describe(error));
  }
}

SessionPool::Lease::Lease(SessionPool& pool, exec::Semaphore::Place place, Poco::Data::Session session)
    : _pool(&pool), _place(std::move(place)), _session(std::move(session)) {}

SessionPool::Lease::Lease(Lease&& other) noexcept
    : _pool(other._pool), _place(std::move(other._place)), _session(std::exchange(other._session, std::nullopt)) {}

SessionPool::Lease::~Lease() {
  if (!_session) return;
  if (_pool->_engine.tidy(*_session)) {
    _pool->_pool->used(*_session);
  } else {
    _pool->_pool->close(*_session);
  }
}

void SessionPool::Lease::drop() noexcept {
  if (!_session) return;
  _pool->_pool->close(*_session);
  _session.reset();
}

}  // namespace chat::data
