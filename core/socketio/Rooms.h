#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "socketio/StringHash.h"

namespace chat::engineio {
class Session;
}

namespace chat::socketio {

class Socket;

/// An entry of a list that is walked for broadcasts. It has the session too, so that the walk need not touch the
/// socket.
struct Member {
  engineio::Session* session;
  Socket* socket;
  std::uint32_t membership = 0;  ///< index of this room in the socket's memberships; unused in the list of all sockets
};

using Room = std::pair<const std::string, std::vector<Member>>;

/// What a socket stores about a room it is in.
struct Membership {
  Room* room;
  std::uint32_t member;  ///< its index among the members
};

/// The rooms of a namespace on one loop. A room exists while a socket is in it.
///
/// Room and socket store each other's index in their lists, so leaving costs O(1); the last entry of a list moves into
/// the gap. Thread: the loop's.
class Rooms {
 public:
  /// False if the socket is in it already.
  bool join(Socket& socket, std::string_view name);
  /// False if the socket wasn't in it.
  bool leave(Socket& socket, std::string_view name);
  void leaveAll(Socket& socket);
  bool contains(std::string_view name, const Socket& socket) const noexcept;
  /// Null if the room is empty. Valid until the next change.
  const std::vector<Member>* find(std::string_view name) const noexcept;

 private:
  void remove(Socket& socket, std::uint32_t membership);

  std::unordered_map<std::string, std::vector<Member>, StringHash, std::equal_to<>> _rooms;
};

}  // namespace chat::socketio
