#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engineio/api/HandshakeGate.h"
#include "engineio/api/Options.h"
#include "engineio/api/RefusalCause.h"
#include "engineio/api/Session.h"
#include "engineio/handshake/RefusalLog.h"
#include "engineio/transport/TransportTypes.h"
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
  /// `acceptorOf` gives the layer above for each loop, `gateOf` who decides about handshakes (empty: all of them become
  /// sessions); both must outlive the server. `known`: the transports that there are, of which the options choose.
  Server(const Options& options, net::LoopGroup& loops, const std::function<SessionAcceptor&(net::Loop&)>& acceptorOf,
         const std::function<HandshakeGate&(net::Loop&)>& gateOf = {},
         std::span<const TransportType* const> known = transportTypes());
  ~Server() override;

  void handle(http::Exchange& exchange) override;
  std::size_t bodyLimit() const noexcept override { return _options.maxPayload; }
  /// Refuses the handshakes that wait for a decision and closes the sessions of the loop that it is called on.
  void closeAll(net::Loop& loop);
  struct Sessions {
    std::string_view transport;
    std::size_t count;
  };
  /// How many sessions the loop has of each transport that is served. Thread: the loop's.
  std::vector<Sessions> sessions(const net::Loop& loop) const;
  /// How many clients of the loop were closed because too much waited for their next poll. Thread: any.
  std::uint64_t slowPolls(unsigned loop) const noexcept;
  /// How many requests were refused for each cause. Thread: any.
  const RefusalLog& refusals() const noexcept { return _refusals; }

 private:
  struct Query;
  /// `message`: in place of the usual text.
  void refuse(http::Exchange& exchange, RefusalCause cause, std::string_view message = {});
  void open(http::Exchange& exchange, const Query& query);
  void conclude(http::Exchange& exchange, Opening opening, HandshakeVerdict verdict);
  void establish(http::Exchange& exchange, Opening opening);
  void continueSession(http::Exchange& exchange, const Query& query);
  void upgrade(http::Exchange& exchange, ServerSession& session, const TransportType& type);
  const TransportType* served(std::string_view name) const noexcept;
  /// Answers a request that can't be for that transport; false if it can.
  bool refuses(http::Exchange& exchange, const TransportType& type);

  const Options _options;
  net::LoopGroup& _loops;
  std::vector<const TransportType*> _transports;              // that are served
  std::vector<std::unique_ptr<SessionRegistry>> _registries;  // by loop
  std::vector<std::unique_ptr<PendingHandshakes>> _pending;   // by loop, or none
  RefusalLog _refusals;
};

}  // namespace chat::engineio
