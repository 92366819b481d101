#include "socketio/SocketTable.h"

#include <cassert>
#include <utility>

namespace chat::socketio {

SocketHandle SocketTable::reserve() {
  std::uint32_t slot = static_cast<std::uint32_t>(_slots.size());
  if (_free.empty()) {
    _slots.emplace_back();
  } else {
    slot = _free.back();
    _free.pop_back();
  }
  return {_loop, slot, _slots[slot].generation};
}

void SocketTable::put(SocketHandle handle, std::unique_ptr<Socket> socket) {
  assert(_slots[handle.slot].generation == handle.generation);
  _slots[handle.slot].socket = std::move(socket);
}

Socket* SocketTable::find(SocketHandle handle) const noexcept {
  if (handle.loop != _loop || handle.slot >= _slots.size()) return nullptr;
  const Slot& slot = _slots[handle.slot];
  return slot.generation == handle.generation ? slot.socket.get() : nullptr;
}

void SocketTable::erase(SocketHandle handle) {
  assert(find(handle) != nullptr);
  // The slot is stale before the socket's data is destroyed, which may look things up.
  const std::unique_ptr<Socket> socket = std::move(_slots[handle.slot].socket);
  ++_slots[handle.slot].generation;
  _free.push_back(handle.slot);
}

}  // namespace chat::socketio
