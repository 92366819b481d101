#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/Clock.h"
#include "engineio/api/SessionCookie.h"
#include "http/CorsPolicy.h"
#include "net/InboundLimit.h"
#include "websocket/Session.h"

namespace chat::engineio {

/// Named and defaulted as the reference server's options.
struct Options {
  std::string path = "/socket.io/";
  std::vector<std::string> transports{"polling", "websocket"};  ///< those that are served
  bool allowUpgrades = true;
  bool allowEio3 = true;  ///< Engine.IO 3, as Socket.IO 2 clients speak it
  /// Texts are packets of Socket.IO: for polling clients of version 3 TwiceEncodedText is applied.
  bool socketIoText = true;
  base::Duration pingInterval{25'000};
  base::Duration pingTimeout{20'000};
  base::Duration upgradeTimeout{10'000};
  /// How long a handshake waits for the decision of the HandshakeGate.
  base::Duration handshakeTimeout{10'000};
  /// How long a closed polling session waits for the poll that fetches its close packet.
  base::Duration pollingCloseTimeout{30'000};
  /// Bytes of a polling request's body and of a WebSocket message; told to the client as `maxPayload`.
  std::size_t maxPayload = 1'000'000;
  /// Bytes that may wait for a polling client; beyond them its session is closed. (For WebSockets: Loop::Options.)
  std::size_t maxBacklog = 4 * 1024 * 1024;
  bool httpCompression = true;                  ///< of the answers to polling requests, if the client accepts it
  std::size_t httpCompressionThreshold = 1024;  ///< bytes; smaller answers aren't compressed
  /// Packets that one request of a polling client may hold; with more it is malformed.
  std::size_t maxPacketsPerPayload = 65'536;
  net::InboundLimit::Rates inboundLimit;  ///< of one client; if it sends faster, it isn't read from for a while
  std::string initialPacket;              ///< a text message that every session begins with; empty: none
  SessionCookie cookie;
  /// Null: every origin may open a WebSocket, and no CORS fields are sent.
  std::shared_ptr<const http::CorsPolicy> cors;

  /// A polling answer of at least so many bytes is compressed.
  std::size_t compressFrom() const noexcept {
    return httpCompression ? httpCompressionThreshold : std::numeric_limits<std::size_t>::max();
  }
  websocket::Options webSocketOptions;
};

}  // namespace chat::engineio
