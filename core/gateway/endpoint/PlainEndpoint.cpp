#include "gateway/endpoint/PlainEndpoint.h"

#include "base/JsonText.h"
#include "engineio/api/SessionId.h"
#include "plainws/EnvelopeCodec.h"

namespace chat::gateway {
namespace {

std::shared_ptr<const engineio::Handshake> handshakeOf(const plainws::PeerHandshake& peer) {
  auto handshake = std::make_shared<engineio::Handshake>();
  handshake->url = peer.url;
  handshake->fields = peer.fields;
  handshake->address = peer.address;
  handshake->secure = peer.secure;
  handshake->protocol = 0;
  handshake->issuedMs = peer.issuedMs;
  return handshake;
}

/// The one value that an envelope has room for: the only argument as it is, several as an array.
std::string dataOf(std::string_view args) {
  const auto end = base::skipJsonValue(args);
  if (end == args.size()) return std::string(args);
  return "[" + std::string(args) + "]";
}

}  // namespace

PlainEndpoint::PlainEndpoint(plainws::Peer& peer)
    : _peer(&peer), _id(engineio::makeSessionId(peer.handle().loop)), _handshake(handshakeOf(peer.handshake())) {
  ownAuth = true;
}

void PlainEndpoint::emit(std::string_view event, std::string_view args, std::span<const std::string_view>) {
  _peer->emit(event, dataOf(args));
}

void PlainEndpoint::acknowledge(const AckTicket& ticket, int status, std::string_view document) {
  if (!ticket.text.empty()) _peer->ack(ticket.text, status, document);
}

void PlainEndpoint::acknowledgeArgs(const AckTicket& ticket, std::string_view args, std::span<const std::string_view>) {
  if (!ticket.text.empty()) _peer->ack(ticket.text, 0, dataOf(args));
}

void PlainEndpoint::deliver(EncodingCache& encodings) {
  _peer->send(encodings.forPlain([](const Emission& emission) {
    return plainws::EncodedEnvelope::of(emission.event, dataOf(emission.args));
  }),
              encodings.emission().options.isUncompressed ? websocket::Compress::No : websocket::Compress::IfAgreed);
}

void PlainEndpoint::disconnect(bool) {
  _peer->close();
}

void PlainEndpoint::drop() {
  _peer->close(websocket::CloseCode::GoingAway);
}

}  // namespace chat::gateway
