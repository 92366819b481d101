#include "gateway/PlainGateway.h"

#include <strings.h>

#include <string>

#include "base/JsonText.h"
#include "gateway/ErrorDocument.h"
#include "gateway/Shard.h"

namespace chat::gateway {
namespace {

class EndpointLink final : public plainws::PeerData {
 public:
  explicit EndpointLink(PlainEndpoint& linked) : endpoint(linked) {}
  PlainEndpoint& endpoint;
};

PlainEndpoint& endpointOf(const plainws::Peer& peer) {
  return static_cast<EndpointLink*>(peer.data())->endpoint;
}

/// The CONNECT payload that a header stands for: the token travels in no URL, where logs would keep it.
std::string authOf(const PlainEndpoint& endpoint) {
  constexpr std::string_view Scheme = "Bearer ";
  const auto field = endpoint.header("Authorization");
  if (field.empty()) return "{}";
  std::string auth = "{\"token\":\"";
  const bool bearer = field.size() >= Scheme.size() && strncasecmp(field.data(), Scheme.data(), Scheme.size()) == 0;
  if (bearer) base::appendJsonEscaped(auth, field.substr(Scheme.size()));  // else "", which nobody's token is
  return auth + "\"}";
}

}  // namespace

void PlainGateway::onConnecting(plainws::Peer& peer) {
  auto& endpoint = static_cast<PlainEndpoint&>(_shard.open(std::make_unique<PlainEndpoint>(peer)));
  peer.setData(std::make_unique<EndpointLink>(endpoint));
  _shard.admissions().admit(endpoint, authOf(endpoint), _shard.directory().watchRevocations(),
                            [this](Endpoint& decided, const AdmissionVerdict& verdict) {
                              auto& asking = static_cast<PlainEndpoint&>(decided).peer();
                              if (!verdict.failure) {
                                decided.admitted = true;
                                return asking.accept();
                              }
                              const auto refusal = explain(*verdict.failure, "connect", _shard.logger());
                              http::Response response(
                                  refusal.code, "application/json",
                                  errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds));
                              if (refusal.code == 401) response.set("WWW-Authenticate", "Bearer");
                              asking.refuse(std::move(response));
                            });
}

void PlainGateway::onEvent(plainws::Peer& peer, const plainws::EnvelopeView& event) {
  _shard.receive(endpointOf(peer), {event.event, event.data, {}, {std::nullopt, std::string(event.id)}});
}

void PlainGateway::onClosed(plainws::Peer& peer, websocket::CloseCode) {
  auto& endpoint = endpointOf(peer);
  if (endpoint.admitted) _shard.leaving(endpoint, "transport close");
  endpoint.leave();
  _shard.closed(endpoint, "transport close");
}

void PlainGateway::onDrained(plainws::Peer& peer) {
  endpointOf(peer).drained();
}

}  // namespace chat::gateway
