#pragma once

// Since API 1.1.

#include <string_view>

#include "plugin/api/Caller.h"
#include "plugin/api/Execution.h"
#include "plugin/api/Export.h"
#include "plugin/api/Request.h"

namespace chat::plugin {

/// Sees every event that a client sends, before anybody handles it, and may refuse it: `socket.use()` of the reference
/// server. Several run in order (Registrar::onPacket), those of one socket one event after the other. As long as no
/// plugin registers one, events cost nothing more.
class CHAT_PLUGIN_API PacketHandler {
 public:
  virtual ~PacketHandler();
  /// Asked once, when it is registered. On a worker each event is copied and changes threads for it: prefer Inline
  /// wherever nothing is waited for.
  virtual Execution execution() const noexcept { return Execution::Worker; }
  /// Returns to let the event through. Throws AppError to refuse it: the client is told the error as it is a handler's,
  /// and nobody else sees the event. Anything else thrown is a fault, and the event is answered 500.
  virtual void packet(const Request& request) = 0;
};

/// Sees every event that leaves for a socket, once for each receiver: `socket.onAnyOutgoing()`. Acknowledgements,
/// answers to CONNECT and the like are no events. As long as no plugin registers one, emits cost nothing more.
class CHAT_PLUGIN_API OutgoingHandler {
 public:
  virtual ~OutgoingHandler();
  /// On the receiver's loop, before the event is sent: must never block. Views are valid during the call. What it
  /// throws is logged as a fault, and so counts a call that holds the loop too long; the event is sent all the same.
  /// While its plugin is out of service it isn't called, and events are sent without it. What it emits itself is shown
  /// to it too: one that emits has to pass over its own events, or it never ends.
  virtual void outgoing(const Caller& receiver, std::string_view event, std::string_view args) = 0;
};

}  // namespace chat::plugin
