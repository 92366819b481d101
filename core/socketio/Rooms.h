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

/// A socket in a list that is walked for broadcasts. The session stands beside it so that the walk need not touch the
/// socket.
struct Member {
  engineio::Session* session;
  Socket* socket;
  std::uint32_t membership = 0;  ///< where the socket remembers this room; unused in the list of all sockets
};

using Room = std::pair<const std::string, std::vector<Member>>;

/// What a socket remembers of a room it is in.
struct Membership {
  Room* room;
  std::uint32_t member;  ///< its place among the members
};

/// The rooms of a namespace on one loop. A room exists while somebody is in it.
///
/// Room and socket know each other's place in their lists, so that leaving costs the same however many there are of
/// either; the last of a list moves into the gap. Thread: the loop's.
class Rooms {
 public:
  /// False where the socket is in it already.
  bool join(Socket& socket, std::string_view name);
  /// False where the socket wasn't in it.
  bool leave(Socket& socket, std::string_view name);
  void leaveAll(Socket& socket);
  bool contains(std::string_view name, const Socket& socket) const noexcept;
  /// Null where nobody is in it. Valid until the next change.
  const std::vector<Member>* find(std::string_view name) const noexcept;
  std::size_t size() const noexcept { return _rooms.size(); }

 private:
  void remove(Socket& socket, std::uint32_t membership);

  std::unordered_map<std::string, std::vector<Member>, StringHash, std::equal_to<>> _rooms;
};

}  // namespace chat::socketio
