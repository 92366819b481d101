#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engineio/HandshakeError.h"
#include "engineio/Options.h"
#include "engineio/RefusalLog.h"
#include "engineio/Session.h"
#include "http/Exchange.h"

namespace chat::net {
class LoopGroup;
}

namespace chat::engineio {

class ServerSession;
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
  /// How many requests were refused, and why. Thread: any.
  const RefusalLog& refusals() const noexcept { return _refusals; }

 private:
  struct Query;
  void refuse(http::Exchange& exchange, HandshakeError error, std::string_view name = {});
  void open(http::Exchange& exchange, const Query& query);
  void continueSession(http::Exchange& exchange, const Query& query);
  void upgrade(http::Exchange& exchange, ServerSession& session);
  /// Whether the request's origin may open a WebSocket.
  bool admits(http::Exchange& exchange) const;
  websocket::Session& acceptWebSocket(http::Exchange& exchange);

  const Options _options;
  net::LoopGroup& _loops;
  std::vector<std::unique_ptr<SessionRegistry>> _registries;  // by loop
  RefusalLog _refusals;
};

}  // namespace chat::engineio
