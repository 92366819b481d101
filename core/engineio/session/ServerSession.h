#pragma once

#include <array>
#include <memory>
#include <string>

#include "engineio/api/Options.h"
#include "engineio/api/Session.h"
#include "engineio/api/SessionId.h"
#include "engineio/session/Heartbeat.h"
#include "engineio/session/SessionEnd.h"
#include "engineio/session/Upgrade.h"
#include "engineio/transport/Transport.h"
#include "engineio/transport/TransportType.h"
#include "net/InboundThrottle.h"

namespace chat::engineio {

class SessionRegistry;

/// A session of the server: joins its transport, its Heartbeat, its Upgrade and its SessionEnd to what the layer above
/// sees. Which kind of transport it is makes no difference here.
///
/// Thread: its loop's. Owned by the registry, which destroys it at the end of the turn in which it ends.
class ServerSession final : public Session, private Transport::Owner, private Upgrade::Owner {
 public:
  ServerSession(SessionRegistry& registry, std::shared_ptr<const Handshake> handshake, bool allowBinary);
  ~ServerSession() override;

  /// Opens over a transport of that type, by the handshake's request. Once, before all else.
  void open(http::Exchange& exchange, const TransportType& type);
  /// A further request for the transport that the session has.
  void onRequest(http::Exchange& exchange) { _transport->onRequest(exchange); }
  const TransportType& transportType() const noexcept { return _transport->type(); }
  bool mayUpgradeTo(const TransportType& type) const noexcept;
  /// A request that wants to change the session to another transport. Only if it may be upgraded to that.
  void upgrade(http::Exchange& exchange, const TransportType& type);

  bool ended() const noexcept { return _end.hasEnded(); }

  std::string_view id() const noexcept override { return {_id.data(), _id.size()}; }
  net::Loop& loop() const noexcept override;
  const Handshake& handshake() const noexcept override { return *_handshake; }
  std::string_view transport() const noexcept override { return transportType().name(); }
  void sendText(std::span<const std::string_view> pieces) override {
    if (_end.isOpen()) _transport->sendText(pieces);
  }
  void sendBinary(std::string_view bytes) override {
    if (_end.isOpen()) _transport->sendBinary(bytes);
  }
  void send(const WirePacket& packet) override {
    if (_end.isOpen()) _transport->send(packet);
  }
  std::size_t backlog() const noexcept override { return _transport->backlog(); }
  bool writable() const noexcept override { return _end.isOpen() && _transport->writable(); }
  void pauseReading() override;
  void resumeReading() override;
  void close(CloseReason reason) override;

 private:
  // Transport::Owner
  bool onPacket(const PacketView& packet) override;
  void onDrained() override;
  void onTooSlow() override;
  void onClosed(CloseReason reason) override { end(reason); }
  // Upgrade::Owner
  void onProbed() override { _transport->prepareHandOver(); }
  void onUpgraded() override;
  void onUpgradeFailed() override { dropUpgrade(); }

  const Options& options() const noexcept;
  TransportContext contextFor(Transport::Owner& owner) const noexcept;
  std::string openPacket(const TransportType& type) const;
  void limitInbound();
  void onMessage(const PacketView& packet);
  void onControl(const PacketView& packet);
  void onHeartbeat();
  void end(CloseReason reason);
  void tellClosed();
  void finish();
  void dropUpgrade();

  SessionRegistry& _registry;
  std::array<char, SessionIdLength> _id;
  std::uint32_t _pauses = 0;  // reading goes on when there is none left
  std::shared_ptr<const Handshake> _handshake;
  SessionListener* _listener = nullptr;
  std::unique_ptr<Transport> _transport;
  std::unique_ptr<Upgrade> _upgrade;  // while one is under way
  Heartbeat _heartbeat;
  std::unique_ptr<net::InboundThrottle> _throttle;  // null if clients aren't limited
  SessionEnd _end;
  const bool _allowBinary;  // the client takes binary packets as such, not in base64
};

}  // namespace chat::engineio
