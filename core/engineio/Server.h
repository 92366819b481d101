#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engineio/HandshakeError.h"
#include "engineio/Options.h"
#include "engineio/Session.h"
#include "http/Exchange.h"

namespace chat::net {
class LoopGroup;
}

namespace chat::engineio {

class SessionRegistry;

/// The Engine.IO server: what comes in at its path becomes a session, or belongs to one.
///
/// A request of a session that lives on another loop moves its connection there, so that the next one is at home.
/// Made on the main thread before the loops run; `handle` and `closeAll` run on each loop.
class Server final : public http::RequestHandler {
 public:
  /// `acceptorOf` gives the layer above for each loop; it must outlive the server.
  Server(const Options& options, net::LoopGroup& loops, const std::function<SessionAcceptor&(net::Loop&)>& acceptorOf);
  ~Server() override;

  void handle(http::Exchange& exchange) override;
  std::size_t bodyLimit() const noexcept override { return _options.maxPayload; }
  /// Closes the sessions of the loop that it is called on.
  void closeAll(net::Loop& loop);
  /// How many sessions the loop has. Thread: the loop's.
  std::size_t sessionCount(net::Loop& loop) const noexcept;

 private:
  struct Query;
  void refuse(http::Exchange& exchange, HandshakeError error);
  void open(http::Exchange& exchange, const Query& query);
  void continueSession(http::Exchange& exchange, const Query& query);
  websocket::Session& acceptWebSocket(http::Exchange& exchange);

  const Options _options;
  net::LoopGroup& _loops;
  std::vector<std::unique_ptr<SessionRegistry>> _registries;  // by loop
};

}  // namespace chat::engineio
