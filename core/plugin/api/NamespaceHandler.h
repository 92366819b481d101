#pragma once

// Since API 1.1.

#include <string_view>

#include "plugin/api/Caller.h"
#include "plugin/api/Execution.h"
#include "plugin/api/Export.h"

namespace chat::plugin {

/// Says which further namespaces there are: `io.of((name, auth, next) => …)` of the reference server. As long as no
/// plugin registers one, a name that is neither among `socketio.namespaces` nor matched by `socketio.namespacePatterns`
/// is refused at once.
class CHAT_PLUGIN_API NamespaceHandler {
 public:
  virtual ~NamespaceHandler();
  /// Asked once, when it is registered. Where all handlers say Inline they run on the loop and must never block, else
  /// all of them run on threads that may wait, as connect handlers do. One that holds its loop too long counts as a
  /// Worker from then on.
  virtual Execution execution() const noexcept { return Execution::Worker; }
  /// A client asks for a namespace that isn't there: `nsp`, at most 256 bytes, `/` first. Whether there is to be one;
  /// where nobody says so, and where there are `socketio.maxChildNamespaces` already, the client is told `Invalid
  /// namespace`. `auth` as Admission::auth. Throws AppError to refuse in words of one's own. Anything else thrown is a
  /// fault: the client is refused with 500; with 504 where it takes longer than the plugin's time-out, and with 503
  /// while the plugin is out of service, unless a handler before it accepts.
  ///
  /// This is about the name, not about the client: others enter the namespace unasked as long as it is there, which is,
  /// on each loop for itself, until it is empty and either `socketio.cleanupEmptyChildNamespaces` is set or its place
  /// is needed. Who may come in is the connect handlers' business; they follow.
  virtual bool accepts(std::string_view nsp, std::string_view auth, const Caller& caller) = 0;
};

}  // namespace chat::plugin
