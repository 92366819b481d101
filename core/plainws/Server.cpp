#include "plainws/Server.h"

#include "net/Loop.h"
#include "plainws/EnvelopeSink.h"
#include "websocket/Handshake.h"

namespace chat::plainws {

Server::Server(net::Loop& loop, const Options& options, EnvelopeSink& sink)
    : _loop(loop), _options(options), _sink(sink) {}

Server::~Server() = default;

void Server::open(http::Exchange& exchange) {
  if (const auto error = websocket::check(exchange.request())) {
    return exchange.respondAndClose(websocket::refusal(*error));
  }
  const auto key = _peers.reserve();
  const PeerHandle handle{_loop.index(), key.slot, key.generation};
  _sink.onConnecting(_peers.put(key, std::unique_ptr<Peer>(new Peer(*this, exchange, handle))));
}

Peer* Server::find(PeerHandle handle) noexcept {
  return handle.loop == _loop.index() ? _peers.find({handle.slot, handle.generation}) : nullptr;
}

void Server::closeAll() {
  for (const auto key : _peers.keys()) {
    if (Peer* peer = _peers.find(key)) peer->close(websocket::CloseCode::GoingAway, "server shutting down");
  }
}

void Server::end(Peer& peer, websocket::CloseCode code) {
  _sink.onClosed(peer, code);
  _peers.erase({peer.handle().slot, peer.handle().generation});
}

}  // namespace chat::plainws
