#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "socketio/Socket.h"

namespace chat::socketio {

/// Owns the sockets of a loop and resolves handles. A slot is used again with another generation, so that the handle of
/// a socket that has gone finds nothing. Thread: the loop's.
class SocketTable {
 public:
  explicit SocketTable(std::uint32_t loop) noexcept : _loop(loop) {}

  /// A slot for a socket that `put` follows with.
  SocketHandle reserve();
  void put(SocketHandle handle, std::unique_ptr<Socket> socket);
  Socket* find(SocketHandle handle) const noexcept;
  /// Destroys the socket, which must be there.
  void erase(SocketHandle handle);
  std::size_t size() const noexcept { return _slots.size() - _free.size(); }

 private:
  struct Slot {
    std::unique_ptr<Socket> socket;
    std::uint64_t generation = 1;
  };
  std::uint32_t _loop;
  std::vector<Slot> _slots;
  std::vector<std::uint32_t> _free;
};

}  // namespace chat::socketio
