#pragma once

#include <optional>
#include <string_view>

#include "gateway/Admission.h"
#include "gateway/Endpoint.h"
#include "gateway/Revocations.h"
#include "plugin/call/PluginCall.h"

namespace chat::gateway {

class Shard;

/// Those of one loop that ask to come in: past the plugins, and into a replay where one was asked for.
/// Thread: the loop's.
class Admissions {
 public:
  explicit Admissions(Shard& shard) noexcept : _shard(shard) {}

  /// Asks the plugins whether the endpoint may come in, as `auth` says; and before, where it isn't there
  /// (Endpoint::isServed), whether there is to be such a namespace. `decided` hears it on the loop, unless the client
  /// left meanwhile. The identity is then set, unless its credential was revoked since `revoked` began, and a replay
  /// begins where one was asked for. The endpoint counts as running until then.
  using Decided = AdmissionCall::Decided;
  void admit(Endpoint& endpoint, std::string_view auth, const Revocations::Watch& revoked, Decided decided);

  /// `tooLong`: a handler is at it still; what it writes isn't looked at, now or later.
  void concluded(AdmissionCall& call, const plugin::CallFailure* tooLong);

 private:
  /// What the namespace handlers say where all of them run on the loop; nothing where they don't, or one is being
  /// replaced.
  std::optional<AdmissionVerdict> askNamespacesInline(Endpoint& endpoint, std::string_view auth);
  void keepAuth(Endpoint& endpoint, std::string_view auth);
  void replay(Endpoint& endpoint, AdmissionCall& call);

  Shard& _shard;
};

}  // namespace chat::gateway
