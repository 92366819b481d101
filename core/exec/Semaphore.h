#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include "base/Clock.h"

namespace chat::exec {

/// A counting semaphore whose places are waited for no longer than a deadline.
///
/// std::counting_semaphore can't say how many places are taken, which a metric wants to know.
/// Thread: any; `acquireFor` waits, so never on a loop.
class Semaphore {
 public:
  /// One place, given back when it is destroyed.
  class Place {
   public:
    Place(Place&& other) noexcept : _semaphore(std::exchange(other._semaphore, nullptr)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(_semaphore, other._semaphore);
      return *this;
    }
    ~Place() {
      if (_semaphore) _semaphore->release();
    }

   private:
    friend class Semaphore;
    explicit Place(Semaphore& semaphore) noexcept : _semaphore(&semaphore) {}
    Semaphore* _semaphore;
  };

  explicit Semaphore(std::size_t places) noexcept : _free(places), _places(places) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  bool tryAcquire();
  /// False if no place became free within `wait`.
  bool acquireFor(base::Duration wait);
  void release();
  /// As `acquireFor`; nothing if no place became free.
  std::optional<Place> placeFor(base::Duration wait);

  std::size_t places() const noexcept { return _places; }
  std::size_t taken() const;

 private:
  mutable std::mutex _mutex;
  std::condition_variable _freed;
  std::size_t _free;
  const std::size_t _places;
};

}  // namespace chat::exec
