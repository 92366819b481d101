#pragma once

#include <string>
#include <string_view>

#include "net/Timer.h"

namespace chat::websocket {

/// What is left of a read whose messages inflate to too much for one turn of the loop.
struct HeldBack {
  HeldBack(net::Timer::Callback goOn, void* session, std::string_view rest) : bytes(rest), next(goOn, session) {}
  std::string bytes;
  net::Timer next;
  bool isPaused = false;  ///< by whoever uses the session: it goes on when that is over
};

}  // namespace chat::websocket
