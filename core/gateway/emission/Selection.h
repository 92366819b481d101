#pragma once

#include <string_view>
#include <vector>

#include "plugin/api/Emitter.h"
#include "socketio/Namespace.h"

namespace chat::gateway {

/// The rooms that a target of one namespace names; views the target.
class Selection {
 public:
  explicit Selection(const plugin::Target& target)
      : _rooms(target.rooms.begin(), target.rooms.end()),
        _except(target.exceptRooms.begin(), target.exceptRooms.end()) {
    if (target.kind == plugin::Target::Kind::Socket) _rooms.assign(1, target.socketId);
    if (!target.exceptSocketId.empty()) _except.push_back(target.exceptSocketId);
  }
  socketio::RoomSelection view() const noexcept { return {_rooms, _except}; }

 private:
  std::vector<std::string_view> _rooms;
  std::vector<std::string_view> _except;
};

}  // namespace chat::gateway
