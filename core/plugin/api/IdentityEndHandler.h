#pragma once

// Since API 1.1.

#include <string_view>

#include "plugin/api/Caller.h"
#include "plugin/api/Export.h"
#include "plugin/api/Reply.h"

namespace chat::plugin {

/// Hears that a socket has lost its identity without its own doing: the credential was revoked, or the identity's time
/// is over. The place to tell the client, and to have the socket leave what belonged to the identity.
///
/// Each socket's loss is told once. Not told: an identity that a Reply of the socket's own has replaced or taken away,
/// a socket that Emitter::endCredential leaves out, one that is leaving, and one that has another identity by then.
class CHAT_PLUGIN_API IdentityEndHandler {
 public:
  virtual ~IdentityEndHandler();
  /// On the socket's loop, at the end of the turn in which the identity has ended, for an expiry at most a second
  /// later: must never block. `caller` speaks for nobody any more; `was` is who it spoke for. `reason` is what
  /// Emitter::endCredential was given, `revoked` for Emitter::revoke, and `expired` where the time is over. `reply`
  /// acts on the socket; there is no request, so `answer` and the acknowledgements do nothing.
  ///
  /// Also called while the plugin is out of service. What it throws is logged as a fault, and so counts a call that
  /// holds the loop too long. Several plugins' handlers are called in the order in which the plugins were loaded.
  virtual void identityEnded(const Caller& caller, const Identity& was, std::string_view reason, Reply& reply) = 0;
};

}  // namespace chat::plugin
