#include "exec/Gate.h"

namespace chat::exec {

std::optional<Gate::Pass> Gate::enter() {
  std::lock_guard lock(_mutex);
  if (_closed) return std::nullopt;
  ++_inside;
  return Pass(*this);
}

void Gate::leave() {
  std::lock_guard lock(_mutex);
  // Under the lock: whoever waits may destroy the gate as soon as it has seen zero.
  if (--_inside == 0) _emptied.notify_all();
}

void Gate::close() {
  std::lock_guard lock(_mutex);
  _closed = true;
}

bool Gate::closed() const {
  std::lock_guard lock(_mutex);
  return _closed;
}

bool Gate::waitEmpty(base::Duration wait) {
  std::unique_lock lock(_mutex);
  return _emptied.wait_for(lock, wait, [this] { return _inside == 0; });
}

std::size_t Gate::inside() const {
  std::lock_guard lock(_mutex);
  return _inside;
}

}  // namespace chat::exec
