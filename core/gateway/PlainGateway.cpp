#include "gateway/PlainGateway.h"

#include <strings.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/JsonText.h"
#include "gateway/call/ErrorDocument.h"
#include "gateway/call/Refusal.h"

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
  auto& endpoint = static_cast<PlainEndpoint&>(_to.admissions.open(std::make_unique<PlainEndpoint>(peer)));
  peer.setData(std::make_unique<EndpointLink>(endpoint));
  _to.admissions.admit(endpoint, authOf(endpoint), _to.replies.directory.watchRevocations(),
                       [this](Endpoint& asking, const AdmissionVerdict& verdict) {
                         decided(static_cast<PlainEndpoint&>(asking), verdict);
                       });
}

void PlainGateway::decided(PlainEndpoint& endpoint, const AdmissionVerdict& verdict) {
  auto& peer = endpoint.peer();
  if (!verdict.failure) {
    endpoint.admitted = true;
    return peer.accept();
  }
  const auto refusal = explain(*verdict.failure, "connect", _to.replies.logger);
  http::Response response(refusal.code, "application/json",
                          errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds));
  if (refusal.code == 401) response.set("WWW-Authenticate", "Bearer");
  peer.refuse(std::move(response));
}

void PlainGateway::onEvent(plainws::Peer& peer, const plainws::EnvelopeView& event) {
  _to.events.receive(endpointOf(peer), {event.event, event.data, {}, {std::nullopt, std::string(event.id)}});
}

void PlainGateway::onClosed(plainws::Peer& peer, websocket::CloseCode) {
  auto& endpoint = endpointOf(peer);
  if (endpoint.admitted) _to.farewells.leaving(endpoint, "transport close");
  endpoint.leaveReason = "transport close";
  endpoint.leave();
  _to.events.closed(endpoint);
}

void PlainGateway::onDrained(plainws::Peer& peer) {
  endpointOf(peer).drained();
}

}  // namespace chat::gateway
