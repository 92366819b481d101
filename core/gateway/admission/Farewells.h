#pragma once

#include <memory>
#include <string_view>

#include "gateway/call/ConnectionCalls.h"
#include "gateway/call/LoopCalls.h"
#include "gateway/endpoint/Endpoint.h"

namespace chat::gateway {

/// Tells the plugins that endpoints of one loop leave: at once the handlers that want to hear it while the endpoint is
/// still in its rooms, on a thread of the server's after the endpoint's last event those that may wait. Thread: the
/// loop's.
///
/// A handler hears of it also while its plugin is out of service, because it may hold something for the socket that has
/// to be given up.
class Farewells {
 public:
  Farewells(LoopCalls& calls, ConnectionCalls& threads) noexcept : _calls(calls), _threads(threads) {}

  /// The endpoint is leaving and still in its rooms; `reason` is a constant. The rooms are kept for `left` if one of
  /// its handlers needs them.
  void leaving(Endpoint& endpoint, std::string_view reason);
  /// The last event of an endpoint that has left was handled.
  void left(Endpoint& endpoint);
  /// The server ends: that handlers can't be run any more is worth one line.
  void drain() noexcept { _isDraining = true; }

  /// For the calls themselves: submits one, or logs that it can't be.
  void submit(std::unique_ptr<ConnectionCall> call);

 private:
  LoopCalls& _calls;
  ConnectionCalls& _threads;
  bool _isDraining = false;
  bool _hasToldOfTheEnd = false;
};

}  // namespace chat::gateway
