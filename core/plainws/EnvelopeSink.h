#pragma once

#include "plainws/Envelope.h"
#include "websocket/CloseCode.h"

namespace chat::plainws {

class Peer;

/// What the layer above decides and hears. All calls on the peer's loop. After any of them returns nothing of the peer
/// is touched, so that it may be closed within.
class EnvelopeSink {
 public:
  virtual ~EnvelopeSink() = default;
  /// A client asks to come in; its request is `Peer::handshake`. The handshake is not answered yet: the sink calls
  /// `Peer::accept` or `Peer::refuse`, now or later.
  virtual void onConnecting(Peer& peer) = 0;
  /// An event of a peer that was accepted, in the order of arrival.
  virtual void onEvent(Peer& peer, const EnvelopeView& event) = 0;
  /// The last call for any peer that `onConnecting` was called for; it is gone when this returns. AbnormalClosure for
  /// one that was never accepted.
  virtual void onClosed(Peer& peer, websocket::CloseCode code) = 0;
  /// Everything that waited for the client has left.
  virtual void onDrained(Peer& peer) { static_cast<void>(peer); }
};

}  // namespace chat::plainws
