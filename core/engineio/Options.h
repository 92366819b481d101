#pragma once

#include <cstddef>
#include <string>

#include "base/Clock.h"
#include "websocket/Session.h"

namespace chat::engineio {

/// Named and defaulted as the reference server's options.
struct Options {
  std::string path = "/socket.io/";
  bool polling = true;    ///< transports
  bool webSocket = true;  ///< transports
  bool allowUpgrades = true;
  bool allowEio3 = true;  ///< Engine.IO 3, as Socket.IO 2 clients speak it
  /// Texts are packets of Socket.IO: for polling clients of version 3 TwiceEncodedText is applied.
  bool socketIoText = true;
  base::Duration pingInterval{25'000};
  base::Duration pingTimeout{20'000};
  base::Duration upgradeTimeout{10'000};
  /// How long a closed polling session waits for the poll that takes the news.
  base::Duration pollingCloseTimeout{30'000};
  /// Bytes of a polling request's body and of a WebSocket message; told to the client as `maxPayload`.
  std::size_t maxPayload = 1'000'000;
  /// Bytes that may wait for a polling client; beyond them its session is closed. (For WebSockets: Loop::Options.)
  std::size_t maxBacklog = 4 * 1024 * 1024;
  websocket::Options webSocketOptions;
};

}  // namespace chat::engineio
