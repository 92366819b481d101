#include "socketio/Rooms.h"

#include <algorithm>

#include "socketio/Socket.h"

namespace chat::socketio {

bool Rooms::join(Socket& socket, std::string_view name) {
  auto found = _rooms.find(name);
  if (found == _rooms.end()) {
    found = _rooms.emplace(std::string(name), std::vector<Member>{}).first;
  } else if (contains(name, socket)) {
    return false;
  }
  Room& room = *found;
  room.second.push_back({&socket.session(), &socket, static_cast<std::uint32_t>(socket._memberships.size())});
  socket._memberships.push_back({&room, static_cast<std::uint32_t>(room.second.size() - 1)});
  return true;
}

bool Rooms::leave(Socket& socket, std::string_view name) {
  const auto& memberships = socket._memberships;
  const auto found = std::find_if(memberships.begin(), memberships.end(),
                                  [name](const Membership& membership) { return membership.room->first == name; });
  if (found == memberships.end()) return false;
  remove(socket, static_cast<std::uint32_t>(found - memberships.begin()));
  return true;
}

void Rooms::leaveAll(Socket& socket) {
  while (!socket._memberships.empty()) remove(socket, static_cast<std::uint32_t>(socket._memberships.size() - 1));
}

bool Rooms::contains(std::string_view name, const Socket& socket) const noexcept {
  const auto found = _rooms.find(name);
  if (found == _rooms.end()) return false;
  const Room* room = &*found;
  return std::any_of(socket._memberships.begin(), socket._memberships.end(),
                     [room](const Membership& membership) { return membership.room == room; });
}

const std::vector<Member>* Rooms::find(std::string_view name) const noexcept {
  const auto found = _rooms.find(name);
  return found == _rooms.end() ? nullptr : &found->second;
}

void Rooms::remove(Socket& socket, std::uint32_t membership) {
  auto& memberships = socket._memberships;
  const Membership leaving = memberships[membership];

  auto& members = leaving.room->second;
  if (leaving.member + 1 != members.size()) {
    const Member moved = members[leaving.member] = members.back();
    moved.socket->_memberships[moved.membership].member = leaving.member;
  }
  members.pop_back();

  if (membership + 1 != memberships.size()) {
    const Membership moved = memberships[membership] = memberships.back();
    moved.room->second[moved.member].membership = membership;
  }
  memberships.pop_back();

  if (members.empty()) _rooms.erase(_rooms.find(leaving.room->first));
}

}  // namespace chat::socketio
