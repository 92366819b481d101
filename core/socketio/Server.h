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
#include "engineio/Session.h"
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
  /// Further ones, made when a client first asks for them; null for none.
  std::shared_ptr<const NamespacePatterns> namespacePatterns;
  /// How many there may be on a loop of those, and of those that EventSink decides of. Empty ones make room for new
  /// ones.
  std::size_t maxChildNamespaces = 1000;
  /// Whether one of those goes as soon as its last client has left.
  bool cleanupEmptyChildNamespaces = false;
  /// A client that has entered no namespace by then is closed; the time starts anew when it has left its last one.
  base::Duration connectTimeout{45'000};
  std::size_t maxAttachments = 10;
  Parser parser = Parser::Default;
  std::size_t maxNamespacesPerClient = 64;
  std::size_t maxRoomsPerSocket = 1024;
  std::size_t maxPendingAcksPerSocket = 1024;
};

/// The Socket.IO server of one loop: its clients, namespaces and rooms.
/// Thread: its loop's. Lifetime: longer than the sessions it was given; ended sessions take their sockets with them.
class Server final : public engineio::SessionAcceptor {
 public:
  Server(net::Loop& loop, const Options& options, EventSink& sink);
  ~Server() override;

  /// A client of Socket.IO 2 is let into `/` unasked, so that this may send to, and even close, the session.
  engineio::SessionListener& onSession(engineio::Session& session) override;

  net::Loop& loop() const noexcept { return _loop; }
  const Options& options() const noexcept { return _options; }
  std::size_t clientCount() const noexcept { return _clients.size(); }
  /// Null for a name that is not served, though perhaps not for one that is being asked for (Namespace::isServed).
  Namespace* find(std::string_view nsp) noexcept;
  /// Serves from now on a namespace that was asked for. False where there are Options::maxChildNamespaces.
  bool serve(Namespace& nsp);
  /// Null where it has gone.
  Socket* find(SocketHandle handle) noexcept;

 private:
  friend class Client;
  friend class Socket;

  EventSink& sink() noexcept { return _sink; }
  /// The namespace that a client asks for, made where a pattern has its name, or not served yet where the sink is to be
  /// asked; null where it isn't to be had.
  Namespace* ask(std::string_view nsp);
  /// A client has left a namespace for good.
  void left(Namespace& nsp);
  bool makeRoomForChild();
  /// Those that nobody has said to be served, and perhaps the others too.
  void removeEmptyChildren(bool servedToo);
  Socket& open(Client& client, Namespace& nsp);
  /// The one way out for a socket, accepted or not.
  void drop(Socket& socket, DisconnectReason reason);
  /// Ends a client, which may be at work further up the stack: it is destroyed at the end of the turn.
  void bury(Client& client);

  net::Loop& _loop;
  const Options _options;
  EventSink& _sink;
  std::unordered_map<std::string, std::unique_ptr<Namespace>, StringHash, std::equal_to<>> _namespaces;
  std::size_t _children = 0;  // of the namespaces, those that were made for a client and are served
  base::SlotTable<Socket> _sockets;
  std::vector<std::unique_ptr<Client>> _clients;
  std::shared_ptr<std::vector<std::unique_ptr<Client>>> _buried;
  std::shared_ptr<Server*> _self;  // for what is deferred; null once this has gone
};

}  // namespace chat::socketio
