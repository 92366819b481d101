#pragma once

#include <string>
#include <variant>

#include "plugin/api/Emitter.h"

namespace chat::gateway {

// What is done to sockets besides emitting to them. These are values: nothing in them belongs to a process or to a
// thread, so an adapter can write them to a wire. The plugin API says what each of them means (plugin::Emitter,
// plugin::Sockets).

struct Join {
  plugin::Target target;
  std::string room;
};

struct Leave {
  plugin::Target target;
  std::string room;
};

struct Disconnect {
  plugin::Target target;
  bool closeConnection = false;  ///< the connection with all its sockets, not only the selected ones
};

/// The credential holds no more: whoever rests on it becomes anonymous.
struct Revoke {
  std::string credential;
  std::string reason;          ///< for the IdentityEndHandlers
  std::string exceptSocketId;  ///< loses its identity too, but isn't told: its own request has ended it. Empty: none
};

struct SetData {
  plugin::Target target;
  std::string key;
  std::string value;  ///< JSON; empty removes the key
};

using Command = std::variant<Join, Leave, Disconnect, Revoke, SetData>;

}  // namespace chat::gateway
