#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "gateway/Admission.h"
#include "gateway/Endpoint.h"
#include "gateway/SharedParts.h"
#include "plugin/PluginCall.h"
#include "plugin/TablePublication.h"

namespace chat::gateway {

class Shard;
class SocketEndpoint;

/// Those of one loop that ask to come in: through the connect handlers, and into a replay where one was asked for.
/// Thread: the loop's.
class Admissions {
 public:
  explicit Admissions(Shard& shard) noexcept : _shard(shard) {}

  /// Asks the connect handlers whether the endpoint may come in, as `auth` says; `decided` hears it on the loop, with
  /// nothing where it may, unless the client left meanwhile. The identity is then set, and a replay has begun where one
  /// was asked for. The endpoint counts as running until then.
  using Decided = std::function<void(Endpoint&, const std::optional<plugin::CallFailure>&)>;
  void admit(Endpoint& endpoint, std::string_view auth, Decided decided);
  /// The same for a socket, whose namespace may have to be asked for first. Where that is refused the client is told so
  /// and `decided` hears nothing.
  void admit(SocketEndpoint& endpoint, std::string_view auth, Decided decided);

 private:
  void admit(Endpoint& endpoint, std::string_view auth, Decided decided, bool asksForNamespace);
  void keepAuth(Endpoint& endpoint, std::string_view auth);
  bool serve(SocketEndpoint& endpoint);
  void concluded(AdmissionCall& call, const plugin::CallFailure* tooLong);

  Shard& _shard;
};

}  // namespace chat::gateway
