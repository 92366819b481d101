#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/api/SessionListener.h"
#include "engineio/packet/WirePacket.h"
#include "http/Message.h"

namespace chat::net {
class Loop;
}

namespace chat::engineio {

/// What the client said at the handshake. Immutable and shared: an event that is handled on another thread keeps it
/// alive (`shared_from_this`).
struct Handshake : std::enable_shared_from_this<Handshake> {
  std::string url;      ///< the request's target as sent: `/socket.io/?EIO=4&transport=polling`
  std::string fields;   ///< the request's header fields, `Name: value\r\n` each, without Connection, Upgrade and
                        ///< Sec-WebSocket-…
  std::string address;  ///< the client's numeric address
  bool secure = false;
  int protocol = 4;           ///< the Engine.IO revision, 3 or 4
  std::int64_t issuedMs = 0;  ///< wall time, milliseconds since 1970
  /// Fields that every HTTP answer of the session gets; null if there are none. Thread: the loop's.
  std::unique_ptr<const std::vector<http::Field>> answerFields;

  /// The query of the url, without `?`, not decoded.
  std::string_view query() const noexcept;
  std::string_view field(std::string_view name) const noexcept;
};

/// An Engine.IO session: messages both ways over a transport, which may change.
///
/// Thread: its loop's, for all calls. Lifetime: its server owns it, and destroys it after `SessionListener::onClosed`.
/// Sending never blocks and never calls back into the listener; after `close` it does nothing.
class Session {
 public:
  virtual ~Session() = default;
  virtual std::string_view id() const noexcept = 0;
  virtual net::Loop& loop() const noexcept = 0;
  virtual const Handshake& handshake() const noexcept = 0;
  /// The name of its present transport: `polling`, `websocket`. A constant.
  virtual std::string_view transport() const noexcept = 0;

  /// A text message that consists of the pieces, one after the other; copied at most once. For answers to one socket.
  virtual void sendText(std::span<const std::string_view> pieces) = 0;
  virtual void sendBinary(std::string_view bytes) = 0;
  /// A message encoded once for many sessions; shared, not copied.
  virtual void send(const WirePacket& packet) = 0;

  /// Bytes that wait for the client.
  virtual std::size_t backlog() const noexcept = 0;
  /// Whether a message would be sent at once; if not, a volatile one is dropped.
  virtual bool writable() const noexcept = 0;
  /// Stops and resumes reading from the client, for back pressure. Pauses count: several sockets share a session, and
  /// it is read again when each that paused it has resumed it.
  virtual void pauseReading() = 0;
  virtual void resumeReading() = 0;

  /// Ends the session when everything that waits was sent: a close packet, then the transport is closed. `onClosed`
  /// follows, at the latest at the end of the loop's turn, with the reason given.
  virtual void close(CloseReason reason = CloseReason::ForcedClose) = 0;
};

/// Takes the sessions that are opened at an Engine.IO server. Thread: the loop of the session; one instance serves all.
class SessionAcceptor {
 public:
  virtual ~SessionAcceptor() = default;
  /// A session was opened, and its open packet is on the way. Returns the session's listener, which must live until its
  /// onClosed was called.
  virtual SessionListener& onSession(Session& session) = 0;
  /// Chooses one of the WebSocket subprotocols that a client offers, or none (empty). As in the reference server it is
  /// the client's first one, whatever its name: Engine.IO is spoken in any case.
  virtual std::string_view chooseSubprotocol(std::span<const std::string_view> offered) {
    return offered.empty() ? std::string_view() : offered.front();
  }
};

}  // namespace chat::engineio
