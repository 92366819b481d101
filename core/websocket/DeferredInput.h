#pragma once

#include <string>
#include <string_view>

#include "net/Timer.h"

namespace chat::websocket {

/// The rest of a read whose messages inflate to more than one turn of the loop may handle.
struct DeferredInput {
  DeferredInput(net::Timer::Callback goOn, void* session, std::string_view rest) : bytes(rest), next(goOn, session) {}
  std::string bytes;
  net::Timer next;
  bool isPaused = false;  ///< by the session's user; if so, the session goes on after `resumeReading`
};

}  // namespace chat::websocket
