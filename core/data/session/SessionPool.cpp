#include "data/session/SessionPool.h"

#include <Poco/AutoPtr.h>
#include <Poco/Data/SessionImpl.h>
#include <Poco/Data/SessionPool.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/RequestStart.h"

namespace chat::data {

/// Poco's pool with a record of each connection, since Poco's own pooled session can't be marked as dead.
class SessionPool::PocoPool : public Poco::Data::SessionPool {
 public:
  // The minimum equals the maximum, so that Poco closes no connection by itself.
  PocoPool(Engine& engine, Engine::Use use, std::size_t sessions, std::atomic<base::TimePoint>& lastLoss)
      : Poco::Data::SessionPool(engine.connector(), engine.connectionString(), static_cast<int>(sessions),
                                static_cast<int>(sessions), JanitorSeconds),
        _engine(engine),
        _use(use),
        _lastLoss(lastLoss) {}

  bool wantsProbe(const Poco::Data::Session& session, base::Duration probeAfterIdle) {
    std::lock_guard lock(_mutex);
    const auto note = _notes.find(_engine.identity(session));
    if (note == _notes.end()) return false;
    const base::TimePoint lastUsed = note->second.lastUsed;
    return lastUsed < _lastLoss.load() || base::systemClock().now() - lastUsed > probeAfterIdle;
  }

  std::shared_ptr<Interrupter> interrupterOf(const Poco::Data::Session& session) {
    std::lock_guard lock(_mutex);
    const auto note = _notes.find(_engine.identity(session));
    return note == _notes.end() ? nullptr : note->second.interrupter;
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
    std::shared_ptr<Interrupter> interrupter;  // until the connection is closed
    {
      std::lock_guard lock(_mutex);
      const auto note = _notes.find(_engine.identity(session));
      if (note == _notes.end()) return;
      connection = note->second.connection;
      interrupter = std::move(note->second.interrupter);
      _notes.erase(note);
      _lastLoss = base::systemClock().now();
    }
    connection->close();
  }

 protected:
  void customizeSession(Poco::Data::Session& session) override {
    _engine.prepare(session, _use);
    auto interrupter = _engine.interrupter(session);
    std::lock_guard lock(_mutex);
    _notes.insert_or_assign(_engine.identity(session),
                            Note{{session.impl(), true}, base::systemClock().now(), std::move(interrupter)});
  }

 private:
  static constexpr int JanitorSeconds = 3600;
  struct Note {
    Poco::AutoPtr<Poco::Data::SessionImpl> connection;
    base::TimePoint lastUsed;
    std::shared_ptr<Interrupter> interrupter;
  };

  Engine& _engine;
  const Engine::Use _use;
  std::atomic<base::TimePoint>& _lastLoss;
  std::mutex _mutex;
  std::unordered_map<const void*, Note> _notes;
};

SessionPool::SessionPool(Engine& engine, const Options& options)
    : _engine(engine),
      _options(options),
      _places(options.sessions),
      _lanePlaces(options.lockWaiters + 1),
      _pool(std::make_unique<PocoPool>(engine, Engine::Use::Shared, options.sessions + options.lockWaiters + 1,
                                       _lastLoss)),
      _commitPool(std::make_unique<PocoPool>(engine, Engine::Use::Commit, 1, _lastLoss)) {
  // Not by a session of the pool: whoever puts one back would wait for the connection that is being made.
  if (engine.dialect() == Dialect::MySql) {
    _availability = std::make_unique<Availability>([&engine] { engine.tryConnection(); });
  }
}

SessionPool::~SessionPool() {
  if (_availability) _availability->stop();
}

SessionPool::Bounds SessionPool::bounds() const {
  const base::TimePoint end = base::RequestStart::deadline(_options.wait);
  return {end, base::RequestStart::current() ? end : end + _options.statementTimeout};
}

SessionPool::Lease SessionPool::take() {
  if (_availability) _availability->requireKnown();
  return lease(*_pool, _places, bounds(), "every database session is busy");
}

SessionPool::Lease SessionPool::takeForLong() {
  return lease(*_pool, _places, {base::systemClock().now() + _options.wait, {}}, "every database session is busy");
}

SessionPool::Lease SessionPool::takeForCommit() {
  return lease(*_commitPool, _commitPlaces, {base::systemClock().now() + _options.wait, {}},
               "the committing session is busy");
}

SessionPool::Lease SessionPool::takeForLane() {
  return lease(*_pool, _lanePlaces, {base::systemClock().now() + _options.wait, {}},
               "the sessions of commits are busy");
}

SessionPool::Lease SessionPool::lease(PocoPool& pool, exec::Semaphore& places, const Bounds& bounds,
                                      const char* exhausted) {
  const auto left = [&bounds] {
    return std::max(base::Duration::zero(),
                    std::chrono::duration_cast<base::Duration>(bounds.wait - base::systemClock().now()));
  };
  if (bounds.work && *bounds.work <= base::systemClock().now()) {
    throw Unavailable("the request had waited too long before it came to the database");
  }
  std::optional<exec::Semaphore::Place> place = places.placeFor(left());
  if (!place) throw Unavailable(exhausted);
  _engine.verify();
  try {
    for (;;) {
      Poco::Data::Session session = connected(pool, bounds);
      const auto watch = bounds.work ? _deadlines.begin(pool.interrupterOf(session), *bounds.work) : 0;
      if (!pool.wantsProbe(session, _options.probeAfterIdle) || _engine.alive(session)) {
        pool.used(session);
        return Lease(*this, pool, std::move(*place), std::move(session), watch);
      }
      // This loop ends: each round removes one idle connection, and a new one isn't probed.
      const bool wasInterrupted = watch != 0 && _deadlines.end(watch);
      pool.close(session);
      if (wasInterrupted) throw Unavailable("the database did not answer in time");
    }
  } catch (const std::exception& error) {
    if (_availability) _availability->suspect();
    throw Unavailable("no database session: " + describe(error));
  }
}

Poco::Data::Session SessionPool::connected(PocoPool& pool, const Bounds& bounds) {
  const std::unique_lock turn(_connecting, bounds.wait);
  if (!turn) throw Unavailable("others are still connecting to the database");
  return pool.get();
}

SessionPool::Lease::Lease(SessionPool& owner, PocoPool& pool, exec::Semaphore::Place place, Poco::Data::Session session,
                          std::uint64_t watch)
    : _owner(&owner), _pool(&pool), _watch(watch), _place(std::move(place)), _session(std::move(session)) {}

SessionPool::Lease::Lease(Lease&& other) noexcept
    : _owner(other._owner),
      _pool(other._pool),
      _watch(std::exchange(other._watch, 0)),
      _place(std::move(other._place)),
      _session(std::exchange(other._session, std::nullopt)) {}

SessionPool::Lease::~Lease() {
  if (!_session) return;
  if (!wasInterrupted() && _owner->_engine.tidy(*_session)) {
    _pool->used(*_session);
  } else {
    _pool->close(*_session);
  }
}

bool SessionPool::Lease::wasInterrupted() noexcept {
  const auto watch = std::exchange(_watch, 0);
  if (watch == 0 || !_owner->_deadlines.end(watch)) return false;
  if (_owner->_availability) _owner->_availability->suspect();
  return true;
}

void SessionPool::Lease::drop() noexcept {
  if (!_session) return;
  wasInterrupted();
  _pool->close(*_session);
  _session.reset();
}

}  // namespace chat::data
