#include "gateway/endpoint/UserSockets.h"

#include <algorithm>
#include <optional>

namespace chat::gateway {

void UserSockets::entered(const base::UserId& user, const EndpointHandle& endpoint) {
  std::optional<EndpointHandle> tooMany;
  {
    const std::lock_guard lock(_mutex);
    auto& endpoints = _endpoints[user];
    endpoints.push_back(endpoint);
    if (endpoints.size() > _limit) {
      tooMany = endpoints.front();
      endpoints.pop_front();
    }
  }
  if (tooMany) _end(*tooMany);
}

void UserSockets::left(const base::UserId& user, const EndpointHandle& endpoint) {
  const std::lock_guard lock(_mutex);
  const auto found = _endpoints.find(user);
  if (found == _endpoints.end()) return;
  auto& endpoints = found->second;
  // One that had to go isn't there any more.
  const auto at = std::find(endpoints.begin(), endpoints.end(), endpoint);
  if (at != endpoints.end()) endpoints.erase(at);
  if (endpoints.empty()) _endpoints.erase(found);
}

}  // namespace chat::gateway
