#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/Exchange.h"
#include "net/InboundThrottle.h"
#include "net/Timer.h"
#include "plainws/EnvelopeCodec.h"
#include "websocket/Session.h"

namespace chat::plainws {

class Server;

/// Names a peer from another thread or at a later time. The peer may be gone by then: `Server::find` returns null.
struct PeerHandle {
  std::uint32_t loop = 0;
  std::uint32_t slot = 0;
  std::uint64_t generation = 0;  ///< 0 names no peer
  bool operator==(const PeerHandle&) const = default;
};

/// The client's handshake request.
struct PeerHandshake {
  std::string url;     ///< the request's target as sent
  std::string fields;  ///< the request's header fields, `Name: value\r\n` each
  std::string address;
  bool secure = false;
  std::int64_t issuedMs = 0;  ///< wall time, milliseconds since 1970
};

/// Data that the layer above keeps with a peer; destroyed with it.
class PeerData {
 public:
  virtual ~PeerData() = default;
};

/// A client of the plain endpoint, from its handshake on.
///
/// The server pings it: a client that vanished without closing would stay for ever, and proxies close connections that
/// are silent for a minute.
///
/// Thread: its loop's. Lifetime: from EnvelopeSink::onConnecting to the return of onClosed; elsewhere keep the handle.
/// What is sent before `accept` or after the end is dropped. The loop limits the bytes that may wait for it
/// (`sendQueueLimit`).
class Peer final : private websocket::MessageSink, private http::AbortListener {
 public:
  enum class State : std::uint8_t { Connecting, Open, Gone };

  ~Peer() override;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  PeerHandle handle() const noexcept { return _handle; }
  State state() const noexcept { return _state; }
  const PeerHandshake& handshake() const noexcept { return _handshake; }

  /// The subprotocols that the client offers, in its order of preference; empty once the handshake was answered. The
  /// views are valid until then.
  std::vector<std::string_view> offeredSubprotocols() const;
  /// Answers 101 with the chosen subprotocol: one of those that the client offers, or none. Only while connecting.
  void accept(std::string_view subprotocol);
  /// The same with the first subprotocol that the client offers.
  void accept();
  /// Answers the handshake with this response instead. Only while connecting; the peer is destroyed by it.
  void refuse(http::Response response);

  void emit(std::string_view event, std::string_view data);
  void send(const EncodedEnvelope& event, websocket::Compress compress = websocket::Compress::IfAgreed);
  /// `id` is JSON text, as it came in.
  void ack(std::string_view id, int status, std::string_view data);
  void error(std::string_view code, std::string_view detail);
  /// Begins the closing handshake; EnvelopeSink::onClosed follows at its end. While connecting, the handshake is
  /// answered 503.
  void close(websocket::CloseCode code = websocket::CloseCode::Normal, std::string_view reason = {});

  /// Bytes that wait for the client.
  std::size_t backlog() const noexcept;
  /// Whether a volatile event would be sent at once.
  bool writable() const noexcept { return open() && _session->writable(); }
  /// Calls nest: reading goes on when each pause was followed by one `resumeReading`.
  void pauseReading();
  void resumeReading();

  void setData(std::unique_ptr<PeerData> data) noexcept { _data = std::move(data); }
  PeerData* data() const noexcept { return _data.get(); }

 private:
  friend class Server;
  Peer(Server& server, http::Exchange& exchange, PeerHandle handle);

  void onText(std::string_view text) override;
  void onBinary(std::string_view bytes) override;
  void onPong() override;
  void onDrained() override;
  void onClosed(websocket::CloseCode code) override;
  void onAborted() override;

  void onHeartbeat();
  bool open() const noexcept { return _state == State::Open && _session->open(); }
  /// Destroys the peer, as the last step.
  void end(websocket::CloseCode code);

  Server& _server;
  PeerHandle _handle;
  State _state = State::Connecting;
  http::Exchange* _exchange;               // while connecting
  websocket::Session* _session = nullptr;  // while open; the connection owns it
  PeerHandshake _handshake;
  std::unique_ptr<PeerData> _data;
  std::unique_ptr<net::InboundThrottle> _throttle;  // null if the rate isn't limited
  net::Timer _heartbeat;
  std::uint32_t _pauses = 0;
  bool _awaitingPong = false;
};

}  // namespace chat::plainws
