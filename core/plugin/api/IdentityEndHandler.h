#pragma once

// Since API 1.1.

#include <string_view>

#include "plugin/api/Caller.h"
#include "plugin/api/Export.h"
#include "plugin/api/Reply.h"

namespace chat::plugin {

/// Is told that a socket has lost its identity for another reason than its own request: the credential was revoked, or
/// the identity has expired. Here a plugin tells the client, and lets the socket leave the rooms that belonged to the
/// identity.
///
/// Called once for each socket and loss. Not called if a Reply to the socket itself has replaced or removed the
/// identity, for a socket that Emitter::endCredential excepts, for one that is leaving, and for one that has another
/// identity by then.
class CHAT_PLUGIN_API IdentityEndHandler {
 public:
  virtual ~IdentityEndHandler();
  /// On the socket's loop, at the end of the turn in which the identity has ended, or at most a second after it has
  /// expired: must never block. `caller` is anonymous already; `was` is the identity that it had. `reason` is that of
  /// Emitter::endCredential, `revoked` for Emitter::revoke, or `expired`. `reply` acts on the socket; there is no
  /// request, so `answer` and the acknowledgements do nothing.
  ///
  /// Also called while the plugin is out of service. An exception is logged as a fault; a call that blocks the loop for
  /// too long counts as a fault too. Handlers of several plugins are called in the order in which the plugins were
  /// loaded.
  virtual void identityEnded(const Caller& caller, const Identity& was, std::string_view reason, Reply& reply) = 0;
};

}  // namespace chat::plugin
