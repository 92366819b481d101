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
/// Poco's pool throws at once when it is exhausted; here a semaphore in front of it waits. It hands out a dead session
/// again and again; here a failed lease is dropped, and after one loss, or a long idle time, a session is tested before
/// it is used. It takes back a session with an open transaction or autocommit off; here it is restored first, by flags
/// that the connection has locally, without a round trip.
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
    /// The connection can't be used any more: it is closed, not put back, and idle ones are tested before their next
    /// use.
    void drop() noexcept;

   private:
    friend class SessionPool;
    Lease(SessionPool& pool, exec::Semaphore::Place place, Poco::Data::Session session);
    SessionPool* _pool;
    // In this order: the session is put back before its place becomes free.
    exec::Semaphore::Place _place;
    std::optional<Poco::Data::Session> _session;
  };

  SessionPool(Engine& engine, const Options& options);
  ~SessionPool();
  SessionPool(const SessionPool&) = delete;
  SessionPool& operator=(const SessionPool&) = delete;

  /// Errors: Unavailable if none became free within the wait, or no connection could be made.
  Lease take();
  /// The committing thread has its own place, so that slow readers can't block commits.
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
