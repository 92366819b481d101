#pragma once

#include <string>
#include <string_view>

#include "gateway/Revocations.h"
#include "plugin/api/Caller.h"
#include "plugin/table/HandlerTable.h"

namespace chat::gateway {

class Endpoint;
class Shard;
struct EndpointHandle;

/// Credentials that are to hold no more, as the loops are told of them.
struct Revocation {
  std::string credential;
  std::string reason;
  std::string exceptSocketId;  ///< loses its identity too, but knows; empty for none
};

/// Takes identities from the endpoints of one loop without their own doing, and has the plugins tell them
/// (IdentityEndHandler): at the end of the turn, since the endpoint may be in the middle of something. Thread: the
/// loop's.
class IdentityEnds {
 public:
  explicit IdentityEnds(Shard& shard) noexcept : _shard(shard) {}

  /// Whoever rests on the credential is nobody from now on, and so is who is just being let in with it.
  void revoke(const Revocation& revocation);
  /// Takes from an endpoint an identity whose time is over.
  void checkExpiry(Endpoint& endpoint);
  /// Takes from an endpoint an identity whose credential was revoked while it was being looked up.
  void checkRevoked(Endpoint& endpoint, const Revocations::Watch& watch);

 private:
  void end(Endpoint& endpoint, std::string_view reason);
  void tell(const EndpointHandle& handle, const plugin::Identity& was, std::string_view reason);

  Shard& _shard;
};

}  // namespace chat::gateway
