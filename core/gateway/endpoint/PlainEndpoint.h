#pragma once

#include "gateway/endpoint/Endpoint.h"
#include "plainws/Peer.h"

namespace chat::gateway {

/// A plain WebSocket as an endpoint, its namespace being `ws`. It has no attachments: an event with binary arguments is
/// sent with their placeholders.
class PlainEndpoint final : public Endpoint {
 public:
  explicit PlainEndpoint(plainws::Peer& peer);

  plainws::Peer& peer() const noexcept { return *_peer; }
  void leave() noexcept {
    _peer = nullptr;
    gone = true;
  }

  void emit(std::string_view event, std::string_view args, std::span<const std::string_view> attachments) override;
  void acknowledge(const AckTicket& ticket, int status, std::string_view document) override;
  void acknowledgeArgs(const AckTicket& ticket, std::string_view args,
                       std::span<const std::string_view> attachments) override;
  void deliver(EncodingCache& encodings) override;
  void disconnect(bool closeConnection) override;
  void drop() override;
  void pauseReading() override { _peer->pauseReading(); }
  void resumeReading() override { _peer->resumeReading(); }
  std::size_t backlog() const noexcept override { return _peer->backlog(); }
  bool writable() const noexcept override { return _peer->writable(); }
  std::shared_ptr<const engineio::Handshake> handshake() const override { return _handshake; }

  std::string_view socketId() const noexcept override { return _id; }
  std::string_view nsp() const noexcept override { return "ws"; }
  std::string_view address() const noexcept override { return _handshake->address; }
  std::string_view header(std::string_view name) const noexcept override { return _handshake->field(name); }
  std::string_view query() const noexcept override { return _handshake->query(); }
  std::string_view transport() const noexcept override { return "websocket"; }
  int protocol() const noexcept override { return 0; }

 private:
  plainws::Peer* _peer;  // null once gone
  std::string _id;
  std::shared_ptr<const engineio::Handshake> _handshake;
};

}  // namespace chat::gateway
