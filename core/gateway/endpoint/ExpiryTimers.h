#pragma once

#include <utility>

#include "base/UniqueFunction.h"
#include "net/Timer.h"

namespace chat::net {
class Loop;
}

namespace chat::gateway {

class Endpoint;
class ExpiryTimers;

/// Of one endpoint, which owns it; see ExpiryTimers.
class ExpiryTimer {
 public:
  ExpiryTimer(ExpiryTimers& owner, Endpoint& endpoint) noexcept;

 private:
  friend class ExpiryTimers;
  ExpiryTimers& _owner;
  Endpoint& _endpoint;
  net::Timer _timer;
};

/// Says when the identity of an endpoint expires, also if the client is silent. Endpoints without an identity that
/// expires cost nothing. Thread: the loop's.
class ExpiryTimers {
 public:
  using Due = base::UniqueFunction<void(Endpoint&)>;
  /// `due` is called for an endpoint whose identity may be over; it looks at the time itself.
  ExpiryTimers(net::Loop& loop, Due due) : _loop(loop), _due(std::move(due)) {}

  /// The endpoint has got another identity, or has none any more.
  void identified(Endpoint& endpoint);

 private:
  friend class ExpiryTimer;
  void arm(ExpiryTimer& timer);
  void woken(ExpiryTimer& timer);

  net::Loop& _loop;
  Due _due;
};

}  // namespace chat::gateway
