#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/Clock.h"
#include "base/SlotTable.h"
#include "engineio/api/Session.h"
#include "socketio/EncodedEvent.h"
#include "socketio/EventSink.h"
#include "socketio/NamespacePatterns.h"
#include "socketio/Parser.h"
#include "socketio/Socket.h"
#include "socketio/StringHash.h"

namespace chat::net {
class Loop;
}

namespace chat::socketio {

class Client;
class Namespace;

struct Options {
  /// The namespaces that are served; others are refused with `Invalid namespace`.
  std::vector<std::string> namespaces{"/"};
  /// Names of further namespaces, made when a client first asks for them; null for none.
  std::shared_ptr<const NamespacePatterns> namespacePatterns;
  /// How many child namespaces a loop may have: those made by a pattern and those that EventSink decides on. Empty ones
  /// make room for new ones.
  std::size_t maxChildNamespaces = 1000;
  /// Whether a child namespace is removed as soon as its last client has left.
  bool cleanupEmptyChildNamespaces = false;
  /// A client that has entered no namespace within this time is closed; the time starts again when it has left its last
  /// one.
  base::Duration connectTimeout{45'000};
  std::size_t maxAttachments = 10;
  Parser parser = Parser::Default;
  std::size_t maxNamespacesPerClient = 64;
  std::size_t maxRoomsPerSocket = 1024;
  std::size_t maxPendingAcksPerSocket = 1024;
};

/// The Socket.IO server of one loop: its clients, namespaces and rooms.
/// Thread: its loop's. Lifetime: longer than its sessions'; the end of a session ends its sockets.
class Server final : public engineio::SessionAcceptor {
 public:
  Server(net::Loop& loop, const Options& options, EventSink& sink);
  ~Server() override;

  /// A client of Socket.IO 2 is connected to `/` without CONNECT, so this call may send to the session and even close
  /// it.
  engineio::SessionListener& onSession(engineio::Session& session) override;

  net::Loop& loop() const noexcept { return _loop; }
  const Options& options() const noexcept { return _options; }
  /// Null for a namespace that isn't served, except one that the sink still decides on (Namespace::isServed).
  Namespace* find(std::string_view nsp) noexcept;
  /// Serves a namespace that a client asked for from now on. False if there are Options::maxChildNamespaces already.
  bool serve(Namespace& nsp);
  /// Null if the socket is gone.
  Socket* find(SocketHandle handle) noexcept;

 private:
  friend class Client;
  friend class Socket;

  EventSink& sink() noexcept { return _sink; }
  /// The namespace that a client asks for. It is made if a pattern matches its name, or if the sink is to decide on it
  /// (then it isn't served yet). Null if it can't be entered.
  Namespace* ask(std::string_view nsp);
  /// A client has left a namespace for good.
  void left(Namespace& nsp);
  bool makeRoomForChild();
  /// Removes child namespaces that aren't served; with `servedToo` also empty ones that are.
  void removeEmptyChildren(bool servedToo);
  Socket& open(Client& client, Namespace& nsp);
  /// The only way in which a socket ends, accepted or not.
  void drop(Socket& socket, DisconnectReason reason);
  /// Ends a client, which may be at work further up the stack: it is destroyed at the end of the turn.
  void bury(Client& client);

  net::Loop& _loop;
  const Options _options;
  EventSink& _sink;
  std::unordered_map<std::string, std::unique_ptr<Namespace>, StringHash, std::equal_to<>> _namespaces;
  std::size_t _children = 0;  // how many child namespaces are served
  base::SlotTable<Socket> _sockets;
  std::vector<std::unique_ptr<Client>> _clients;
  std::shared_ptr<std::vector<std::unique_ptr<Client>>> _buried;
  std::shared_ptr<Server*> _self;  // for deferred tasks; null once the server is destroyed
};

}  // namespace chat::socketio
