#pragma once

#include "plainws/Envelope.h"
#include "websocket/CloseCode.h"

namespace chat::plainws {

class Peer;

/// What the layer above implements: it decides on admissions and receives events. All calls on the peer's loop. The
/// peer isn't touched after any of these calls, so the call may close it.
class EnvelopeSink {
 public:
  virtual ~EnvelopeSink() = default;
  /// A client wants to connect; its request is `Peer::handshake`. The handshake is not answered yet: the sink calls
  /// `Peer::accept` or `Peer::refuse`, during this call or later.
  virtual void onConnecting(Peer& peer) = 0;
  /// An event of an accepted peer, in the order of arrival.
  virtual void onEvent(Peer& peer, const EnvelopeView& event) = 0;
  /// The last call for every peer that `onConnecting` was called for; the peer is destroyed after it. AbnormalClosure
  /// for a peer that was never accepted.
  virtual void onClosed(Peer& peer, websocket::CloseCode code) = 0;
  /// Everything that waited for the client has been sent.
  virtual void onDrained(Peer& peer) { static_cast<void>(peer); }
};

}  // namespace chat::plainws
