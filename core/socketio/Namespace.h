#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "socketio/EncodedEvent.h"

namespace chat::socketio {

class Socket;

/// Which sockets of a namespace are meant: those in at least one of `rooms` (all where there is none) and in none of `except`.
/// A socket's id is a room that it alone is in.
struct RoomSelection {
  std::span<const std::string_view> rooms;
  std::span<const std::string_view> except;
};

/// A namespace on one loop: its connected sockets and their rooms. Thread: the loop's.
class Namespace {
 public:
  const std::string& name() const noexcept;
  std::size_t socketCount() const noexcept;
  /// Null where there is no such socket on this loop.
  Socket* find(std::string_view socketId) noexcept;
  /// Sends to each selected socket once. A volatile event is not sent where the session is not writable.
  void broadcast(const RoomSelection& selection, const EncodedEvent& event, bool isVolatile = false);
  /// Calls for each selected socket once; the sockets of a namespace may disconnect during it.
  void forEach(const RoomSelection& selection, const std::function<void(Socket&)>& call);

 private:
  friend class Server;
  friend class Socket;
  friend class Client;
  struct State;
  std::unique_ptr<State> _state;
};

}  // namespace chat::socketio
