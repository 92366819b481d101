#pragma once

#include <cstddef>

#include "base/SlotTable.h"
#include "net/InboundLimit.h"
#include "plainws/Peer.h"
#include "websocket/Session.h"

namespace chat::net {
class Loop;
}

namespace chat::plainws {

class EnvelopeSink;

struct Options {
  websocket::Options webSocket;
  base::Duration pingInterval{25'000};    ///< between an answer to a ping and the next ping
  base::Duration pingTimeout{20'000};     ///< a peer that doesn't answer for this long is closed
  net::InboundLimit::Rates inboundLimit;  ///< for each peer; reading from one that exceeds them pauses
};

/// The peers of one loop. Thread: its loop's. Lifetime: longer than the loop's connections.
class Server {
 public:
  Server(net::Loop& loop, const Options& options, EnvelopeSink& sink);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Takes a request of this loop; answers it with an error if it is no WebSocket handshake.
  void open(http::Exchange& exchange);

  /// Null if the peer is gone.
  Peer* find(PeerHandle handle) noexcept;
  std::size_t size() const noexcept { return _peers.size(); }
  /// Closes every peer with 1001 (going away), so that clients connect to another server.
  void closeAll();

  net::Loop& loop() const noexcept { return _loop; }
  const Options& options() const noexcept { return _options; }

 private:
  friend class Peer;
  EnvelopeSink& sink() noexcept { return _sink; }
  void end(Peer& peer, websocket::CloseCode code);

  net::Loop& _loop;
  const Options _options;
  EnvelopeSink& _sink;
  base::SlotTable<Peer> _peers;
};

}  // namespace chat::plainws
