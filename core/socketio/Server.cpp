#include "socketio/Server.h"

#include <sodium.h>

#include <stdexcept>
#include <utility>

#include "net/Loop.h"
#include "socketio/AckTable.h"
#include "socketio/Client.h"
#include "socketio/Namespace.h"
#include "socketio/SocketId.h"

namespace chat::socketio {

Server::Server(net::Loop& loop, const Options& options, EventSink& sink)
    : _loop(loop),
      _options(options),
      _sink(sink),
      _buried(std::make_shared<std::vector<std::unique_ptr<Client>>>()),
      _self(std::make_shared<Server*>(this)) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium can't be initialised");
  for (const auto& name : _options.namespaces) _namespaces.emplace(name, std::make_unique<Namespace>(*this, name));
}

Server::~Server() {
  *_self = nullptr;
}

engineio::SessionListener& Server::onSession(engineio::Session& session) {
  auto owned = std::make_unique<Client>(*this, session);
  Client& client = *owned;
  client._index = _clients.size();
  _clients.push_back(std::move(owned));
  if (client.isLegacy()) client.connect("/", "{}");
  return client;
}

Namespace* Server::find(std::string_view nsp) noexcept {
  const auto found = _namespaces.find(nsp);
  return found == _namespaces.end() ? nullptr : found->second.get();
}

Namespace* Server::ask(std::string_view nsp) {
  if (Namespace* found = find(nsp)) return found;
  const bool matches = _options.namespacePatterns && _options.namespacePatterns->matches(nsp);
  if (!matches && (nsp.size() > NamespacePatterns::MaxNameLength || !_sink.mayServe(nsp))) return nullptr;
  if (matches && !makeRoomForChild()) return nullptr;
  auto child = std::make_unique<Namespace>(*this, std::string(nsp));
  child->_isChild = true;
  child->_isServed = matches;
  if (matches) ++_children;
  return _namespaces.emplace(nsp, std::move(child)).first->second.get();
}

bool Server::serve(Namespace& nsp) {
  if (nsp._isServed) return true;
  if (!makeRoomForChild()) return false;
  nsp._isServed = true;
  ++_children;
  return true;
}

bool Server::makeRoomForChild() {
  if (_children >= _options.maxChildNamespaces) removeEmptyChildren(true);
  return _children < _options.maxChildNamespaces;
}

// The leaving socket still uses its namespace, so the clean-up is deferred.
void Server::left(Namespace& nsp) {
  const bool goes = nsp._isChild && (!nsp._isServed || _options.cleanupEmptyChildNamespaces);
  if (--nsp._entries > 0 || !goes) return;
  _loop.defer([self = _self] {
    if (*self != nullptr) (*self)->removeEmptyChildren((*self)->_options.cleanupEmptyChildNamespaces);
  });
}

void Server::removeEmptyChildren(bool servedToo) {
  std::erase_if(_namespaces, [&](const auto& entry) {
    const Namespace& nsp = *entry.second;
    if (!nsp._isChild || nsp._entries > 0 || (nsp._isServed && !servedToo)) return false;
    if (nsp._isServed) --_children;
    return true;
  });
}

Socket* Server::find(SocketHandle handle) noexcept {
  return handle.loop == _loop.index() ? _sockets.find({handle.slot, handle.generation}) : nullptr;
}

Socket& Server::open(Client& client, Namespace& nsp) {
  std::string id = makeSocketId();
  while (nsp.find(id) != nullptr) id = makeSocketId();
  const auto key = _sockets.reserve();
  const SocketHandle handle{_loop.index(), key.slot, key.generation};
  return _sockets.put(key, std::unique_ptr<Socket>(new Socket(client, nsp, std::move(id), handle)));
}

void Server::drop(Socket& socket, DisconnectReason reason) {
  if (std::exchange(socket._leaving, true)) return;
  const bool wasConnected = socket.connected();
  // A refused client doesn't send to the namespace; one that is sent DISCONNECT may have sent packets before it got
  // that.
  socket.client().forget(socket, wasConnected && reason == DisconnectReason::ServerNamespaceDisconnect);
  if (wasConnected) {
    _sink.onDisconnecting(socket, reason);
    socket.nsp().remove(socket);
  }
  socket._state = Socket::State::Gone;
  if (const auto acks = std::move(socket._acks)) acks->fail(Socket::AckOutcome::Disconnected);
  _sink.onGone(socket);
  _sockets.erase({socket.handle().slot, socket.handle().generation});
}

void Server::bury(Client& client) {
  std::swap(_clients[client._index], _clients.back());
  _clients[client._index]->_index = client._index;
  _buried->push_back(std::move(_clients.back()));
  _clients.pop_back();
  if (_buried->size() == 1) _loop.defer([buried = _buried] { buried->clear(); });
}

}  // namespace chat::socketio
