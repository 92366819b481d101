#pragma once

#include "gateway/PlainEndpoint.h"
#include "plainws/EnvelopeSink.h"

namespace chat::gateway {

class Shard;

/// Leads plain WebSockets into a shard: their handshake through the connect handlers, their events to the dispatch.
/// Thread: the shard's loop.
class PlainGateway final : public plainws::EnvelopeSink {
 public:
  explicit PlainGateway(Shard& shard) noexcept : _shard(shard) {}

 private:
  void onConnecting(plainws::Peer& peer) override;
  void onEvent(plainws::Peer& peer, const plainws::EnvelopeView& event) override;
  void onClosed(plainws::Peer& peer, websocket::CloseCode code) override;
  void onDrained(plainws::Peer& peer) override;

  Shard& _shard;
};

}  // namespace chat::gateway
