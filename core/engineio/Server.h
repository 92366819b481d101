#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engineio/HandshakeGate.h"
#include "engineio/Options.h"
#include "engineio/RefusalCause.h"
#include "engineio/RefusalLog.h"
#include "engineio/Session.h"
#include "http/Exchange.h"

namespace chat::net {
class LoopGroup;
}

namespace chat::engineio {

class PendingHandshakes;
class ServerSession;
class SessionRegistry;
struct Opening;

/// The Engine.IO server: what comes in at its path becomes a session, or belongs to one.
///
/// A request of a session that lives on another loop moves its connection there, so that the next one is at home.
/// Made on the main thread before the loops run; `handle` and `closeAll` run on each loop.
class Server final : public http::RequestHandler {
 public:
  /// `acceptorOf` gives the layer above for each loop, `gateOf` whom handshakes are asked about (empty: nobody); both
  /// must outlive the server.
  Server(const Options& options, net::LoopGroup& loops, const std::function<SessionAcceptor&(net::Loop&)>& acceptorOf,
         const std::function<HandshakeGate&(net::Loop&)>& gateOf = {});
  ~Server() override;

  void handle(http::Exchange& exchange) override;
  std::size_t bodyLimit() const noexcept override { return _options.maxPayload; }
  /// Refuses the handshakes that wait for a decision and closes the sessions of the loop that it is called on.
  void closeAll(net::Loop& loop);
  struct Sessions {
    std::size_t polling = 0;
    std::size_t webSocket = 0;
  };
  /// How many sessions the loop has. Thread: the loop's.
  Sessions sessions(const net::Loop& loop) const noexcept;
  /// How many clients of the loop were closed since they didn't fetch what waited for their next poll. Thread: any.
  std::uint64_t slowPolls(unsigned loop) const noexcept;
  /// How many requests were refused, and why. Thread: any.
  const RefusalLog& refusals() const noexcept { return _refusals; }

 private:
  struct Query;
  /// `message`: in place of the usual text.
  void refuse(http::Exchange& exchange, RefusalCause cause, std::string_view message = {});
  void open(http::Exchange& exchange, const Query& query);
  void conclude(http::Exchange& exchange, Opening opening, HandshakeVerdict verdict);
  void establish(http::Exchange& exchange, Opening opening);
  void continueSession(http::Exchange& exchange, const Query& query);
  void upgrade(http::Exchange& exchange, ServerSession& session);
  /// Whether the request's origin may open a WebSocket.
  /// Answers a request for a WebSocket that is no opening handshake, or comes from an origin that isn't allowed.
  bool refusesWebSocket(http::Exchange& exchange);
  websocket::Session& acceptWebSocket(http::Exchange& exchange);

  const Options _options;
  net::LoopGroup& _loops;
  std::vector<std::unique_ptr<SessionRegistry>> _registries;  // by loop
  std::vector<std::unique_ptr<PendingHandshakes>> _pending;   // by loop, or none
  RefusalLog _refusals;
};

}  // namespace chat::engineio
