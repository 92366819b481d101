#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/Clock.h"
#include "socketio/AckCallback.h"
#include "socketio/EncodedEvent.h"
#include "socketio/Parser.h"
#include "socketio/Rooms.h"

namespace chat::socketio {

class Server;
class Socket;

/// Selects sockets of a namespace: those in at least one of `rooms` (all sockets if that is empty) and in none of
/// `except`. A socket's id is a room with only that socket.
struct RoomSelection {
  std::span<const std::string_view> rooms;
  std::span<const std::string_view> except;
};

/// A namespace on one loop: its connected sockets and their rooms. Thread: the loop's.
class Namespace {
 public:
  Namespace(Server& server, std::string name);
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;

  const std::string& name() const noexcept { return _name; }
  /// False until the sink has decided to serve the namespace (EventSink::mayServe); until then it has no connected
  /// socket.
  bool isServed() const noexcept { return _isServed; }
  Parser parser() const noexcept;
  /// Null if there is no such connected socket on this loop.
  Socket* find(std::string_view socketId) noexcept;
  /// Sends to each selected socket once. A volatile event is not sent to a socket whose session is not writable.
  void broadcast(const RoomSelection& selection, const EncodedEvent& event, bool isVolatile = false);
  /// Sends to each selected socket once, encoded once, and waits at most `timeout` for their acknowledgements.
  /// `callbackOf` returns the callback for a socket, which is called exactly once on the loop, possibly before this
  /// returns.
  void ask(const RoomSelection& selection, std::string_view event, std::string_view args,
           std::span<const std::string_view> attachments, base::Duration timeout,
           const std::function<AckCallback(Socket&)>& callbackOf, bool isUncompressed = false);
  std::size_t count(const RoomSelection& selection);
  /// Calls `call` for each selected socket once. Sockets that disconnect during this are left out.
  void forEach(const RoomSelection& selection, const std::function<void(Socket&)>& call);

 private:
  friend class Client;
  friend class Server;
  friend class Socket;

  struct ById {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const noexcept { return StringHash{}(id); }
    std::size_t operator()(const Socket* socket) const noexcept;
    bool operator()(const Socket* left, const Socket* right) const noexcept { return left == right; }
    bool operator()(std::string_view id, const Socket* socket) const noexcept;
    bool operator()(const Socket* socket, std::string_view id) const noexcept { return (*this)(id, socket); }
  };

  void add(Socket& socket);
  void remove(Socket& socket);
  template <typename Call>
  void select(const RoomSelection& selection, Call&& call);
  template <typename Call>
  void selectMarked(const RoomSelection& selection, Call&& call);

  Server& _server;
  const std::string _name;
  const std::string _prefix;  // see namespacePrefix
  std::vector<Member> _members;
  std::unordered_set<Socket*, ById, ById> _byId;
  Rooms _rooms;
  bool _isChild = false;  // made when a client asked for it
  bool _isServed = true;
  std::size_t _entries = 0;  // how many clients have it in their lists
  std::uint64_t _visits = 0;
  std::uint64_t _nextAckId = 0;  // shared by all sockets, so that one packet can be sent to many
};

}  // namespace chat::socketio
