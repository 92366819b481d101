#pragma once

#include <Poco/Data/Session.h>

#include <memory>
#include <optional>

#include "data/Engine.h"
#include "data/Options.h"
#include "exec/Semaphore.h"

namespace chat::data {

/// The sessions that all plugins share: Poco's SessionPool, with what it lacks.
///
/// Poco's pool throws at once when it is exhausted; here a semaphore before it waits. It hands out a dead session again
/// and again; here a lease that failed is dropped, and after one loss, or a long idle time, a session is asked before
/// it is given away. It takes back a session with an open transaction or autocommit off; here it is tidied first, by
/// flags that the connection has at hand, without a round trip.
///
/// Thread: any that may block. Outlives its leases.
class SessionPool {
 public:
  /// One session for a while; put back when destroyed.
  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Poco::Data::Session& session() noexcept { return *_session; }
    /// The connection is of no more use: it is closed, not put back, and idle ones are looked at before their next use.
    void drop() noexcept;

   private:
    friend class SessionPool;
    Lease(SessionPool& pool, exec::Semaphore::Place place, Poco::Data::Session session);
    SessionPool* _pool;
    // In this order: the session goes back before its place is free.
    exec::Semaphore::Place _place;
    std::optional<Poco::Data::Session> _session;
  };

  SessionPool(Engine& engine, const Options& options);
  ~SessionPool();
  SessionPool(const SessionPool&) = delete;
  SessionPool& operator=(const SessionPool&) = delete;

  /// Errors: Unavailable where none came free within the wait, or no connection could be made.
  Lease take();
  /// The committing thread's own place, so that slow readers can't keep it from committing.
  Lease takeForCommit();

  std::size_t inUse() const { return _places.taken() + _commitPlaces.taken(); }

 private:
  class PocoPool;
  Lease lease(exec::Semaphore& places, const char* exhausted);

  Engine& _engine;
  const Options& _options;
  exec::Semaphore _places;
  exec::Semaphore _commitPlaces{1};
  std::unique_ptr<PocoPool> _pool;
};

}  // namespace chat::data
