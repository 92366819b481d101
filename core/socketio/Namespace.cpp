#include "socketio/Namespace.h"

#include <utility>

#include "engineio/api/Session.h"
#include "socketio/PacketCodec.h"
#include "socketio/Server.h"
#include "socketio/Socket.h"
#include "socketio/SocketId.h"

namespace chat::socketio {

std::size_t Namespace::ById::operator()(const Socket* socket) const noexcept {
  return StringHash{}(socket->id());
}

bool Namespace::ById::operator()(std::string_view id, const Socket* socket) const noexcept {
  return socket->id() == id;
}

Namespace::Namespace(Server& server, std::string name)
    : _server(server), _name(std::move(name)), _prefix(namespacePrefix(_name)) {}

Socket* Namespace::find(std::string_view socketId) noexcept {
  if (socketId.size() != SocketIdLength) return nullptr;
  const auto found = _byId.find(socketId);
  return found == _byId.end() ? nullptr : *found;
}

Parser Namespace::parser() const noexcept {
  return _server.options().parser;
}

void Namespace::add(Socket& socket) {
  socket._index = static_cast<std::uint32_t>(_members.size());
  _members.push_back({&socket.session(), &socket});
  _byId.insert(&socket);
}

void Namespace::remove(Socket& socket) {
  _rooms.leaveAll(socket);
  _byId.erase(&socket);
  _members[socket._index] = _members.back();
  _members[socket._index].socket->_index = socket._index;
  _members.pop_back();
}

void Namespace::broadcast(const RoomSelection& selection, const EncodedEvent& event, bool isVolatile) {
  // Session::send never calls back, so the lists don't change during the walk.
  select(selection, [&](const Member& member) {
    if (isVolatile && !member.session->writable()) return;
    for (const auto& packet : event.packets) member.session->send(packet);
  });
}

void Namespace::ask(const RoomSelection& selection, std::string_view event, std::string_view args,
                    std::span<const std::string_view> attachments, base::Duration timeout,
                    const std::function<AckCallback(Socket&)>& callbackOf, bool isUncompressed) {
  const std::uint64_t ackId = _nextAckId++;
  auto encoded = EncodedEvent::of(_name, event, args, attachments, _server.options().parser, ackId);
  encoded.setUncompressed(isUncompressed);
  forEach(selection, [&](Socket& socket) {
    AckCallback callback = callbackOf(socket);
    if (socket.owesTooMany()) return callback(AckOutcome::Refused, {}, {});
    socket.await(ackId, timeout, std::move(callback));
    socket.send(encoded);
  });
}

std::size_t Namespace::count(const RoomSelection& selection) {
  std::size_t number = 0;
  select(selection, [&number](const Member&) { ++number; });
  return number;
}

void Namespace::forEach(const RoomSelection& selection, const std::function<void(Socket&)>& call) {
  std::vector<SocketHandle> handles;
  select(selection, [&handles](const Member& member) { handles.push_back(member.socket->handle()); });
  for (const SocketHandle handle : handles) {
    Socket* socket = _server.find(handle);
    if (socket != nullptr && socket->open()) call(*socket);
  }
}

// The usual selections (all sockets or one room, perhaps without the sender) walk one list and compare pointers; only
// others have to mark the sockets that were visited.
template <typename Call>
void Namespace::select(const RoomSelection& selection, Call&& call) {
  if (selection.rooms.size() > 1 || selection.except.size() > 1) return selectMarked(selection, call);

  const Socket* excluded = nullptr;
  if (!selection.except.empty()) {
    if (_rooms.find(selection.except.front()) != nullptr) return selectMarked(selection, call);
    excluded = find(selection.except.front());
  }
  const std::vector<Member>* members = &_members;
  if (!selection.rooms.empty()) {
    members = _rooms.find(selection.rooms.front());
    if (Socket* own = find(selection.rooms.front())) {
      if (members != nullptr) return selectMarked(selection, call);
      if (own != excluded) call(_members[own->_index]);
      return;
    }
    if (members == nullptr) return;
  }
  for (const Member& member : *members) {
    if (member.socket != excluded) call(member);
  }
}

template <typename Call>
void Namespace::selectMarked(const RoomSelection& selection, Call&& call) {
  const std::uint64_t visit = ++_visits;
  const auto visitRoom = [&](std::string_view name, auto&& onFirst) {
    const auto meet = [&](const Member& member) {
      if (std::exchange(member.socket->_visit, visit) != visit) onFirst(member);
    };
    if (const auto* members = _rooms.find(name)) {
      for (const Member& member : *members) meet(member);
    }
    if (Socket* own = find(name)) meet(_members[own->_index]);
  };
  for (const auto name : selection.except) visitRoom(name, [](const Member&) {});
  if (selection.rooms.empty()) {
    for (const Member& member : _members) {
      if (member.socket->_visit != visit) call(member);
    }
  }
  for (const auto name : selection.rooms) visitRoom(name, call);
}

}  // namespace chat::socketio
