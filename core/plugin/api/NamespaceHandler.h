#pragma once

// Since API 1.1.

#include <string_view>

#include "plugin/api/Caller.h"
#include "plugin/api/Execution.h"
#include "plugin/api/Export.h"

namespace chat::plugin {

/// Decides which namespaces a client may create: `io.of((name, auth, next) => …)` of the reference server. As long as
/// no plugin registers one, a name that is neither among `socketio.namespaces` nor matched by
/// `socketio.namespacePatterns` is refused at once.
class CHAT_PLUGIN_API NamespaceHandler {
 public:
  virtual ~NamespaceHandler();
  /// Asked once, when it is registered. If all handlers say Inline, they run on the loop and must never block.
  /// Otherwise all of them run on threads that may block, as connect handlers do. A handler that blocks its loop for
  /// too long is treated as a Worker from then on.
  virtual Execution execution() const noexcept { return Execution::Worker; }
  /// A client asks for a namespace that doesn't exist: `nsp`, at most 256 bytes, with `/` first. True to create it. If
  /// no handler accepts it, or if there are `socketio.maxChildNamespaces` already, the client is told `Invalid
  /// namespace`. `auth`: see Admission::auth. Throws AppError to refuse with another message. Anything else thrown is a
  /// fault, and the client is refused with 500. It is refused with 504 if this takes longer than the plugin's time-out,
  /// and with 503 while the plugin is out of service. None of that happens if an earlier handler accepts.
  ///
  /// This decides about the name, not about the client. As long as the namespace exists, other clients enter it without
  /// this being called. Each loop has its own and removes it when it is empty and either
  /// `socketio.cleanupEmptyChildNamespaces` is set or its place is needed. The connect handlers, which are called next,
  /// decide which clients may enter.
  virtual bool accepts(std::string_view nsp, std::string_view auth, const Caller& caller) = 0;
};

}  // namespace chat::plugin
