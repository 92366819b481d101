#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "engineio/api/SessionListener.h"
#include "engineio/packet/OutgoingPacket.h"
#include "engineio/packet/Packet.h"
#include "engineio/packet/WirePacket.h"
#include "http/Exchange.h"

namespace chat::engineio {

class TransportType;

/// Sends a session's packets to its client and receives those of the client. A session has one transport; during an
/// upgrade there is a second one, which belongs to the Upgrade.
///
/// Nothing here blocks. Sending never calls the owner, but for `onTooSlow`. Thread: the session's loop. Ownership: the
/// session or the upgrade, which destroys it at the end of a turn, since the transport may be the one that calls.
class Transport {
 public:
  /// Is told what happens to the transport: the session or the upgrade.
  class Owner {
   public:
    /// A packet, valid during the call. False: the packets that came together with it are to be dropped.
    virtual bool onPacket(const PacketView& packet) = 0;
    /// Everything that had to wait for the client was sent.
    virtual void onDrained() = 0;
    /// More waits for the client than the limit allows. The transport goes on working.
    virtual void onTooSlow() = 0;
    /// The transport has ended: it failed, its client left it, or what `close` had to wait for is done. May be called
    /// more than once; nothing else is called after that.
    virtual void onClosed(CloseReason reason) = 0;

   protected:
    ~Owner() = default;
  };

  explicit Transport(Owner& owner) noexcept : _owner(&owner) {}
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// From now on another owner is told.
  void setOwner(Owner& owner) noexcept { _owner = &owner; }
  virtual const TransportType& type() const noexcept = 0;

  /// Messages: a text that consists of at most 12 pieces, bytes, and a message that was encoded once for many sessions.
  virtual void sendText(std::span<const std::string_view> pieces) = 0;
  virtual void sendBinary(std::string_view bytes) = 0;
  virtual void send(const WirePacket& packet) = 0;
  /// Any other packet, as text.
  virtual void sendControl(std::string_view packet) = 0;
  /// The server's ping.
  virtual void ping() = 0;

  /// Bytes that wait for the client.
  virtual std::size_t backlog() const noexcept = 0;
  /// Whether a message that is sent now would leave with this turn of the loop.
  virtual bool writable() const noexcept = 0;
  /// Back pressure. Never paused twice without being resumed in between.
  virtual void pauseReading() = 0;
  virtual void resumeReading() = 0;

  /// A further HTTP request of the session. Only for types that take them (TransportType::takesRequests).
  virtual void onRequest(http::Exchange& exchange) = 0;

  /// The client wants to change to another transport and waits until nothing is under way here: a request that has been
  /// kept waiting is answered. Comes again every tenth of a second until the change or its failure.
  virtual void prepareHandOver() = 0;
  /// Another transport has taken over. Returns what the client hasn't fetched, in its order, for that one to send. The
  /// last call.
  virtual std::vector<OutgoingPacket> handOver() = 0;

  /// Ends in order: says goodbye behind what waits. Nothing is sent after that. True: that is done, as far as the
  /// session is concerned; false: it takes time, within bounds of the transport's own, and onClosed tells of its end.
  virtual bool close(CloseReason reason) = 0;
  /// Ends at once, with a goodbye unless the client is known not to listen. May be called again.
  virtual void end(CloseReason reason) = 0;

 protected:
  Owner& owner() const noexcept { return *_owner; }

 private:
  Owner* _owner;
};

}  // namespace chat::engineio
