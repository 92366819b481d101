#include "socketio/SocketId.h"

#include "engineio/api/SessionId.h"

namespace chat::socketio {

std::string makeSocketId() {
  static_assert(SocketIdLength == engineio::SessionIdLength);
  return engineio::makeRandomId();
}

}  // namespace chat::socketio
