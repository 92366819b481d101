#pragma once

// Since API 1.2.

#include <cstdint>

#include "plugin/api/Caller.h"
#include "plugin/api/ConnectHandler.h"
#include "plugin/api/Export.h"

namespace chat::plugin {

/// Knows from the plugin's store where the stream of a user stands (EmitOptions::position), and reads from there what a
/// socket wasn't sent. So emits that name the position before them (Emitter::emitAfter) reach every socket without a
/// gap, although another server that uses the same store may have written what came before.
///
/// While the plugin is out of service nobody gets an identity, as with ConnectHandler.
class CHAT_PLUGIN_API StreamHandler {
 public:
  virtual ~StreamHandler();
  /// The last position of the user's stream; 0 if it has none yet. From there on the socket is to be sent everything.
  /// Called before a client hears that it is connected, or that an event has given its socket an identity; not for a
  /// socket whose connect handler has called `holdEmits()`. On a thread that may block. An identity that is set by a
  /// handler on the loop isn't asked about; such a socket's stream begins with the first emit.
  virtual std::uint64_t last(const Identity& who) = 0;
  /// The socket was sent everything up to `position`, but an emit has come whose predecessor is above it: sends what is
  /// above `position`, as ConnectHandler::connected does, with the same rules. Emits with a position are held back
  /// meanwhile.
  virtual void missed(const Caller& caller, std::uint64_t position, Replay& replay) = 0;
};

}  // namespace chat::plugin
