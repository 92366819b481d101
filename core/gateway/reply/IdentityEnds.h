#pragma once

#include <string_view>

#include "gateway/call/LoopCalls.h"
#include "gateway/emission/Command.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/endpoint/Revocations.h"
#include "gateway/reply/ReplyContext.h"

namespace chat::gateway {

/// Takes identities from the endpoints of one loop without their own doing, and has the plugins tell them
/// (IdentityEndHandler). The plugins do so at the end of the turn, because the endpoint may be in the middle of
/// something. Thread: the loop's.
class IdentityEnds {
 public:
  IdentityEnds(LoopCalls& calls, const ReplyContext& replies) noexcept : _calls(calls), _replies(replies) {}

  /// Whoever rests on the credential is anonymous from now on, and so is whoever is just being let in with it.
  void revoke(const Revoke& revocation);
  /// Takes the identity from an endpoint if it has expired.
  void checkExpiry(Endpoint& endpoint);
  /// Takes the identity from an endpoint if its credential was revoked while it was being looked up.
  void checkRevoked(Endpoint& endpoint, const Revocations::Watch& watch);

 private:
  void end(Endpoint& endpoint, std::string_view reason);
  void tell(const EndpointHandle& handle, const plugin::Identity& was, std::string_view reason);

  LoopCalls& _calls;
  const ReplyContext& _replies;
};

}  // namespace chat::gateway
