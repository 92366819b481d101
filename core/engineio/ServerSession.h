#pragma once

#include <memory>
#include <string>

#include "engineio/Options.h"
#include "engineio/Packet.h"
#include "engineio/PollingTransport.h"
#include "engineio/Session.h"
#include "engineio/TwiceEncodedText.h"
#include "engineio/UpgradeProbe.h"
#include "net/InboundThrottle.h"
#include "net/Timer.h"
#include "websocket/Session.h"

namespace chat::engineio {

class SessionRegistry;

/// A session of the server: which transport it has, its heartbeat, its upgrade and its end.
///
/// Heartbeat: in version 4 the server pings and waits for the pong, in version 3 the client pings and the server waits
/// for that; one timer serves both. Thread: its loop's. Owned by the registry.
class ServerSession final : public Session,
                            private websocket::MessageSink,
                            private PollingTransport::Owner,
                            private UpgradeProbe::Owner {
 public:
  ServerSession(SessionRegistry& registry, std::string id, std::shared_ptr<const Handshake> handshake,
                bool allowBinary);
  ~ServerSession() override;

  /// Opens over polling: answers the handshake request.
  void open(http::Exchange& exchange);
  /// Opens over a WebSocket that was just accepted.
  void open(websocket::Session& webSocket);

  /// A GET or a POST of this session.
  void onPoll(http::Exchange& exchange);
  void onPost(http::Exchange& exchange);
  /// A WebSocket that wants to take over from polling; refused (false) where there is nothing to take over.
  bool mayUpgrade() const noexcept;
  void upgrade(websocket::Session& webSocket);

  /// Ends at once with this reason, saying goodbye as the transport allows.
  void end(CloseReason reason);
  bool ended() const noexcept { return _state == State::Ended; }
  /// Until it has got a WebSocket.
  bool polls() const noexcept { return _polling != nullptr; }

  const std::string& id() const noexcept override { return _id; }
  net::Loop& loop() const noexcept override;
  const Handshake& handshake() const noexcept override { return *_handshake; }
  TransportKind transport() const noexcept override {
    return polls() ? TransportKind::Polling : TransportKind::WebSocket;
  }
  void sendText(std::span<const std::string_view> pieces) override;
  void sendBinary(std::string_view bytes) override;
  void send(const WirePacket& packet) override;
  std::size_t backlog() const noexcept override;
  bool writable() const noexcept override;
  void pauseReading() override;
  void resumeReading() override;
  void close(CloseReason reason) override;

 private:
  enum class State : std::uint8_t { Opening, Open, Closing, Ended };
  /// Of version 4's heartbeat: nothing is under way, the pong is waited for, or once more since something else came.
  enum class Beat : std::uint8_t { Resting, Pinged, Extended };

  // websocket::MessageSink
  void onText(std::string_view text) override;
  void onBinary(std::string_view bytes) override;
  void onDrained() override;
  void onClosed(websocket::CloseCode code) override;
  // PollingTransport::Owner
  void onPollAborted() override;
  void onPollDrained() override;
  // UpgradeProbe::Owner
  void onProbed() override;
  void onUpgraded() override;
  void onProbeFailed() override;

  const Options& options() const noexcept;
  std::string openPacket() const;
  void started();
  bool onPacket(const PacketView& packet);
  bool onPolledPacket(const PacketView& packet, bool inBinary);
  void onHeartbeat();
  void armHeartbeat();
  void extendHeartbeat();
  void sendControl(std::string_view packet);
  void sendBinary(std::string_view bytes, websocket::Compress compress);
  void sendBase64(std::string_view bytes, websocket::Compress compress);
  /// Over the WebSocket, whatever the state.
  void transmit(const WirePacket& packet);
  void enqueue(OutgoingPacket packet);
  void flushPollLater();
  void dropProbe();
  void closeWebSocket(websocket::CloseCode code);
  void finish();

  SessionRegistry& _registry;
  std::string _id;
  std::shared_ptr<const Handshake> _handshake;
  SessionListener* _listener = nullptr;
  websocket::Session* _webSocket = nullptr;
  std::unique_ptr<PollingTransport> _polling;
  std::unique_ptr<UpgradeProbe> _probe;
  net::Timer _heartbeat;
  std::unique_ptr<net::InboundThrottle> _throttle;  // only where clients are limited
  State _state = State::Opening;
  const bool _allowBinary;  // the client takes binary packets as such, not in base64
  Beat _beat = Beat::Resting;
  std::uint32_t _pauses = 0;  // reading goes on when there is none left
  bool _flushPending = false;
  bool _listenerTold = false;
  TwiceEncodedText _twiceEncoded;
};

}  // namespace chat::engineio
