#include "exec/Semaphore.h"

#include <cassert>

namespace chat::exec {

bool Semaphore::tryAcquire() {
  std::lock_guard lock(_mutex);
  if (_free == 0) return false;
  --_free;
  return true;
}

bool Semaphore::acquireFor(base::Duration wait) {
  std::unique_lock lock(_mutex);
  if (!_freed.wait_for(lock, wait, [this] { return _free > 0; })) return false;
  --_free;
  return true;
}

void Semaphore::release() {
  {
    std::lock_guard lock(_mutex);
    assert(_free < _places);
    ++_free;
  }
  _freed.notify_one();
}

std::optional<Semaphore::Place> Semaphore::placeFor(base::Duration wait) {
  if (!acquireFor(wait)) return std::nullopt;
  return Place(*this);
}

std::size_t Semaphore::taken() const {
  std::lock_guard lock(_mutex);
  return _places - _free;
}

}  // namespace chat::exec
