#include "socketio/SocketId.h"

#include "engineio/SessionId.h"

namespace chat::socketio {

std::string makeSocketId() {
  static_assert(SocketIdLength == engineio::SessionIdLength);
  return engineio::makeRandomId();
}

}  // namespace chat::socketio
