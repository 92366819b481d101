#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/Ids.h"
#include "gateway/endpoint/Endpoint.h"

namespace chat::gateway {

/// How many sockets and plain WebSockets a user may have, on all loops together. If there is one too many, the one that
/// was identified first has to go. The newest stays, so that users aren't locked out by their own dead connections.
///
/// Thread: any. A short lock is taken when an endpoint gets an identity and when it loses it. Without a limit there is
/// no object.
class UserSockets {
 public:
  /// Ends an endpoint, which may have gone. Called on the thread of `entered`, without the lock.
  using End = std::function<void(const EndpointHandle&)>;

  UserSockets(std::size_t limit, End end) : _limit(limit), _end(std::move(end)) {}

  void entered(const base::UserId& user, const EndpointHandle& endpoint);
  void left(const base::UserId& user, const EndpointHandle& endpoint);

 private:
  const std::size_t _limit;
  const End _end;
  std::mutex _mutex;
  std::unordered_map<base::UserId, std::deque<EndpointHandle>> _endpoints;  // of a user, the longest there first
};

}  // namespace chat::gateway
