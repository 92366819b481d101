#pragma once

// Since API 1.1.

#include <string_view>

#include "plugin/api/Caller.h"
#include "plugin/api/Execution.h"
#include "plugin/api/Export.h"
#include "plugin/api/Request.h"

namespace chat::plugin {

/// Is given every event that a client sends, before any event handler, and may refuse it: `socket.use()` of the
/// reference server. Several handlers run in order (Registrar::onPacket). The events of one socket come one after the
/// other. As long as no plugin registers one, events cost nothing more.
class CHAT_PLUGIN_API PacketHandler {
 public:
  virtual ~PacketHandler();
  /// Asked once, when it is registered. For a Worker each event is copied and handed to another thread, so prefer
  /// Inline if the handler never waits.
  virtual Execution execution() const noexcept { return Execution::Worker; }
  /// Returns to let the event through. Throws AppError to refuse it: the client gets the error as if the event's
  /// handler had thrown it, and no other handler is given the event. Anything else thrown is a fault, and the event is
  /// answered 500.
  virtual void packet(const Request& request) = 0;
};

/// Is given every event that is sent to a socket, once for each receiver: `socket.onAnyOutgoing()` of the reference
/// server. Acknowledgements, answers to CONNECT and the like are no events. As long as no plugin registers one, emits
/// cost nothing more.
class CHAT_PLUGIN_API OutgoingHandler {
 public:
  virtual ~OutgoingHandler();
  /// On the receiver's loop, before the event is sent: must never block. Views are valid during the call. An exception
  /// is logged as a fault; a call that blocks the loop for too long counts as a fault too. The event is sent in either
  /// case. While the plugin is out of service the handler isn't called, and events are sent without it. It is also
  /// given the events that it emits itself: a handler that emits must ignore its own events, or it never ends.
  virtual void outgoing(const Caller& receiver, std::string_view event, std::string_view args) = 0;
};

}  // namespace chat::plugin
