#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/Ids.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/endpoint/Revocations.h"

namespace chat::gateway {

class ExpiryTimers;
class UserSockets;

/// The endpoints of one loop: owned here, found by handle, by user and by credential. Thread: the loop's.
class Directory {
 public:
  /// Both are told of each endpoint's identity; either may be null.
  explicit Directory(std::uint32_t loop, UserSockets* users = nullptr, ExpiryTimers* expiries = nullptr) noexcept
      : _loop(loop), _limit(users), _expiries(expiries) {}

  Endpoint& add(std::unique_ptr<Endpoint> endpoint);
  /// Null if it has gone.
  Endpoint* find(const EndpointHandle& handle) noexcept;
  /// Null if it isn't there or was taken already. The endpoint is in no index any more, but its `who` still says who it
  /// was.
  std::unique_ptr<Endpoint> remove(const EndpointHandle& handle);

  /// Sets an endpoint's identity; null makes it anonymous. A replay for another user ends with the old identity.
  void identify(Endpoint& endpoint, std::shared_ptr<const plugin::Identity> who);
  /// Copies, so that whoever is called for each may change identities.
  std::vector<Endpoint*> ofUser(const base::UserId& user) const;
  /// Whether a connected endpoint speaks for the user.
  bool isOnline(const base::UserId& user, std::chrono::system_clock::time_point now) const;
  std::vector<Endpoint*> ofCredential(const std::string& credential) const;
  /// Those that endpoints rest on, in order: after `after`, at most `most`.
  std::vector<std::string> credentials(std::string_view after, std::size_t most) const;
  /// Tells the watches (Revocations). The endpoints that rest on the credential are the caller's business.
  void noteRevoked(std::string credential, std::string reason) {
    _revocations.add(std::move(credential), std::move(reason));
  }
  /// For a client that is being let in, while its credential is looked up on another thread.
  Revocations::Watch watchRevocations() const { return _revocations.watch(); }
  bool noneRunning() const noexcept;
  std::vector<EndpointHandle> all() const;
  std::size_t size() const noexcept { return _slots.size() - _free.size(); }

 private:
  struct Slot {
    std::uint64_t generation = 0;
    std::unique_ptr<Endpoint> endpoint;
  };
  const std::uint32_t _loop;
  UserSockets* const _limit;
  ExpiryTimers* const _expiries;
  std::uint64_t _lastGeneration = 0;
  std::vector<Slot> _slots;
  std::vector<std::uint32_t> _free;
  std::unordered_map<base::UserId, std::vector<Endpoint*>> _users;
  std::map<std::string, std::vector<Endpoint*>, std::less<>> _credentials;
  Revocations _revocations;
};

}  // namespace chat::gateway
