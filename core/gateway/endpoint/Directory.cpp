#include "gateway/endpoint/Directory.h"

#include <algorithm>
#include <utility>

#include "gateway/endpoint/ExpiryTimers.h"
#include "gateway/endpoint/RecoverableSession.h"
#include "gateway/endpoint/UserSockets.h"

namespace chat::gateway {
namespace {

template <typename Map, typename Key>
void take(Map& map, const Key& key, Endpoint* endpoint) {
  const auto found = map.find(key);
  if (found == map.end()) return;
  std::erase(found->second, endpoint);
  if (found->second.empty()) map.erase(found);
}

}  // namespace

Endpoint& Directory::add(std::unique_ptr<Endpoint> endpoint) {
  std::uint32_t slot = 0;
  if (_free.empty()) {
    slot = static_cast<std::uint32_t>(_slots.size());
    _slots.emplace_back();
  } else {
    slot = _free.back();
    _free.pop_back();
  }
  endpoint->handle = {_loop, slot, ++_lastGeneration};
  _slots[slot] = {_lastGeneration, std::move(endpoint)};
  return *_slots[slot].endpoint;
}

Endpoint* Directory::find(const EndpointHandle& handle) noexcept {
  if (handle.slot >= _slots.size() || _slots[handle.slot].generation != handle.generation) return nullptr;
  return _slots[handle.slot].endpoint.get();
}

std::unique_ptr<Endpoint> Directory::remove(const EndpointHandle& handle) {
  auto* endpoint = find(handle);
  if (!endpoint) return nullptr;
  auto who = endpoint->who;
  identify(*endpoint, nullptr);
  endpoint->who = std::move(who);  // the disconnect handlers want to know
  auto owned = std::move(_slots[handle.slot].endpoint);
  _slots[handle.slot].generation = 0;
  _free.push_back(handle.slot);
  return owned;
}

std::vector<EndpointHandle> Directory::all() const {
  std::vector<EndpointHandle> handles;
  for (const auto& slot : _slots) {
    if (slot.endpoint) handles.push_back(slot.endpoint->handle);
  }
  return handles;
}

bool Directory::noneRunning() const noexcept {
  return std::none_of(_slots.begin(), _slots.end(), [](const Slot& slot) {
    return slot.endpoint && (slot.endpoint->running || slot.endpoint->hasWaiting());
  });
}

void Directory::identify(Endpoint& endpoint, std::shared_ptr<const plugin::Identity> who) {
  if (endpoint.who) {
    take(_users, endpoint.who->user, &endpoint);
    if (_limit) _limit->left(endpoint.who->user, endpoint.handle);
    if (!endpoint.who->credential.empty()) take(_credentials, endpoint.who->credential, &endpoint);
  }
  if (!endpoint.who || !who || endpoint.who->user != who->user) {
    // Another user's streams have positions of their own, and what the one before has missed is no business of theirs.
    endpoint.positions = {};
    endpoint.hold.reset();
  }
  endpoint.who = std::move(who);
  if (_expiries) _expiries->identified(endpoint);
  if (endpoint.recovery) endpoint.recovery->identified(endpoint.who.get());
  if (!endpoint.who) return;
  _users[endpoint.who->user].push_back(&endpoint);
  if (_limit) _limit->entered(endpoint.who->user, endpoint.handle);
  if (!endpoint.who->credential.empty()) _credentials[endpoint.who->credential].push_back(&endpoint);
}

std::vector<Endpoint*> Directory::ofUser(const base::UserId& user) const {
  const auto found = _users.find(user);
  return found == _users.end() ? std::vector<Endpoint*>{} : found->second;
}

bool Directory::isOnline(const base::UserId& user, std::chrono::system_clock::time_point now) const {
  const auto found = _users.find(user);
  if (found == _users.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [now](const Endpoint* endpoint) {
    return endpoint->admitted && !endpoint->gone && (!endpoint->who->expires || *endpoint->who->expires > now);
  });
}

std::vector<Endpoint*> Directory::ofCredential(const std::string& credential) const {
  const auto found = _credentials.find(credential);
  return found == _credentials.end() ? std::vector<Endpoint*>{} : found->second;
}

std::vector<std::string> Directory::credentials(std::string_view after, std::size_t most) const {
  std::vector<std::string> found;
  for (auto next = _credentials.upper_bound(after); next != _credentials.end() && found.size() < most; ++next) {
    found.push_back(next->first);
  }
  return found;
}

}  // namespace chat::gateway
