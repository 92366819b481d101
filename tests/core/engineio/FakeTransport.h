#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/engineio/Rig.h"
#include "engineio/transport/TransportType.h"

namespace chat::engineio::test {

/// A transport whose client is the test: records the calls, and passes on what the test sends.
class FakeTransport final : public Transport {
 public:
  FakeTransport(const TransportType& type, Owner& owner, Lines& log) noexcept
      : Transport(owner), _type(type), _log(log) {}
  ~FakeTransport() override { note("destroyed"); }

  /// The client's packets, or its end. To be called on the loop.
  bool receive(PacketType packet, std::string_view data = {}) { return owner().onPacket({packet, false, data}); }
  void drained() { owner().onDrained(); }
  void tooSlow() { owner().onTooSlow(); }
  void closed(CloseReason reason) { owner().onClosed(reason); }

  const TransportType& type() const noexcept override { return _type; }
  void sendText(std::span<const std::string_view> pieces) override {
    std::string text;
    for (const auto piece : pieces) text += piece;
    push({WirePacket::text(text), {}});
  }
  void sendBinary(std::string_view bytes) override { push({WirePacket::binary(bytes), {}}); }
  void send(const WirePacket& packet) override { push({packet, {}}); }
  void sendControl(std::string_view packet) override { push({{}, std::string(packet)}); }
  void ping() override { sendControl("2"); }
  std::size_t backlog() const noexcept override { return 7; }
  bool writable() const noexcept override { return true; }
  void pauseReading() override { note("pause"); }
  void resumeReading() override { note("resume"); }
  void onRequest(http::Exchange& exchange) override {
    note("request");
    exchange.respond({200, "text/plain", "taken"});
  }
  void prepareHandOver() override { note("prepare"); }
  std::vector<OutgoingPacket> handOver() override {
    note("hand over");
    return std::exchange(kept, {});
  }
  bool close(CloseReason reason) override {
    note("close: " + std::string(name(reason)));
    return closesAtOnce;
  }
  void end(CloseReason reason) override { note("end: " + std::string(name(reason))); }

  bool closesAtOnce = true;
  bool keeps = false;  ///< it can't send at present, and keeps what it gets for another transport
  std::vector<OutgoingPacket> kept;

 private:
  void push(OutgoingPacket packet) {
    if (keeps) return kept.push_back(std::move(packet));
    note(!packet.control.empty() ? packet.control
                                 : (packet.message.isBinary() ? "b:" : "4") + std::string(packet.message.payload()));
  }
  void note(const std::string& what) { _log.push_back(std::string(_type.name()) + " " + what); }

  const TransportType& _type;
  Lines& _log;
};

/// A transport type, added in the way in which any other would be: handles plain requests, also those of its sessions.
class FakeTransportType final : public TransportType {
 public:
  FakeTransportType(std::string_view name, Lines& transportLog,
                    std::span<const std::string_view> replaced = {}) noexcept
      : TransportType({.name = name, .takesRequests = true, .replaces = replaced}), _log(transportLog) {}

  std::optional<Fault> check(http::Exchange& exchange, const Options&) const override {
    if (exchange.request().field("X-Bad").empty()) return std::nullopt;
    return Fault{RefusalCause::TransportHandshake};
  }
  std::unique_ptr<Transport> open(http::Exchange& exchange, const TransportContext& context) const override {
    auto transport = std::make_unique<FakeTransport>(*this, context.owner, _log);
    last = transport.get();
    exchange.respond({200, "text/plain", "opened"});
    return transport;
  }
  void turnAway(http::Exchange& exchange, const Options&, SessionAcceptor&) const override {
    exchange.respond({409, "text/plain", "not now"});
  }

  mutable FakeTransport* last = nullptr;  ///< that was opened

 private:
  Lines& _log;
};

}  // namespace chat::engineio::test
