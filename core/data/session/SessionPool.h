#pragma once

#include <Poco/Data/Session.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/Clock.h"
#include "data/Options.h"
#include "data/engine/Engine.h"
#include "data/engine/StatementDeadlines.h"
#include "data/session/Availability.h"
#include "exec/Semaphore.h"

namespace chat::data {

/// The sessions that all plugins share: Poco's SessionPool, with what it lacks.
///
/// Poco's pool throws at once when it is exhausted; here a semaphore in front of it waits. It hands out a dead session
/// again and again; here a failed lease is dropped, and after one loss, or a long idle time, a session is tested before
/// it is used. It takes back a session with an open transaction or autocommit off; here it is restored first, by flags
/// that the connection has locally, without a round trip.
///
/// Thread: any that may block. Outlives its leases.
class SessionPool {
  class PocoPool;

 public:
  /// One session for a while; put back when destroyed.
  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Poco::Data::Session& session() noexcept { return *_session; }
    /// Whether its time was over before it was put back; what it did was ended then. To be asked once.
    bool wasInterrupted() noexcept;
    /// The connection can't be used any more: it is closed, not put back, and idle ones are tested before their next
    /// use.
    void drop() noexcept;

   private:
    friend class SessionPool;
    Lease(SessionPool& owner, PocoPool& pool, exec::Semaphore::Place place, Poco::Data::Session session,
          std::uint64_t watch);
    SessionPool* _owner;
    PocoPool* _pool;
    std::uint64_t _watch;  // 0 for none
    // In this order: the session is put back before its place becomes free.
    exec::Semaphore::Place _place;
    std::optional<Poco::Data::Session> _session;
  };

  SessionPool(Engine& engine, const Options& options);
  ~SessionPool();
  SessionPool(const SessionPool&) = delete;
  SessionPool& operator=(const SessionPool&) = delete;

  /// For a request it waits, and works, until `Options::wait` after the request came (base::RequestStart). Otherwise it
  /// waits as long from now, and then works for `Options::statementTimeout`.
  /// Errors: Unavailable if the database is away, none became free in time, or no connection could be made.
  Lease take();
  /// For work that may take as long as it likes, such as a migration.
  Lease takeForLong();
  /// Throws Unavailable while the database is known to be away.
  void requireAvailable() const {
    if (_availability) _availability->require();
  }
  /// The database has just answered: callers needn't wait until it is tried.
  void noteAnswer() {
    if (_availability) _availability->answered();
  }
  /// The group commit has a connection of its own (Engine::Use::Commit), so that slow readers can't block commits.
  Lease takeForCommit();
  /// Places of the threads that commit, each of which takes one at a time: for a transaction that waits for locks, or
  /// to look up a commit in doubt.
  Lease takeForLane();

  std::size_t inUse() const { return _places.taken() + _commitPlaces.taken() + _lanePlaces.taken(); }

 private:
  /// How long a caller waits for a session, and uses it.
  struct Bounds {
    base::TimePoint wait;
    std::optional<base::TimePoint> work;
  };
  Bounds bounds() const;
  Lease lease(PocoPool& pool, exec::Semaphore& places, const Bounds& bounds, const char* exhausted);
  Poco::Data::Session connected(PocoPool& pool, const Bounds& bounds);

  Engine& _engine;
  const Options& _options;
  exec::Semaphore _places;
  exec::Semaphore _commitPlaces{1};
  exec::Semaphore _lanePlaces;
  /// A connection was lost then: those that were idle since before are tested before they are used.
  std::atomic<base::TimePoint> _lastLoss{base::TimePoint{}};
  std::timed_mutex _connecting;  ///< Poco's pool connects under its own lock, for which nobody may wait for ever
  StatementDeadlines _deadlines;
  std::unique_ptr<PocoPool> _pool;
  std::unique_ptr<PocoPool> _commitPool;
  std::unique_ptr<Availability> _availability;  ///< null if the database is a file
};

}  // namespace chat::data
