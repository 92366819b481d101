#include "engineio/Server.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "engineio/api/SessionId.h"
#include "engineio/handshake/PendingHandshakes.h"
#include "engineio/session/ServerSession.h"
#include "engineio/session/SessionRegistry.h"
#include "http/AnswerFields.h"
#include "http/Text.h"
#include "net/LoopGroup.h"

namespace chat::engineio {

struct Server::Query {
  const TransportType* transport = nullptr;
  std::string sid;
  int protocol = 3;  // what a request without EIO speaks
  bool base64 = false;
  bool isUpgrade = false;
};

namespace {

// Other protocols that a client offers (h2c) are ignored, as RFC 9110 allows.
bool isUpgrade(const http::Request& request) noexcept {
  return request.isUpgrade && http::equalsIgnoringCase(request.field("Upgrade"), "websocket");
}

// Whether the field belongs to this one connection and its upgrade. Nobody asks for those later, and they are a third
// of what a client's library sends, so a session doesn't keep them.
bool isOfTheConnection(std::string_view name) noexcept {
  constexpr std::string_view WebSocketField = "Sec-WebSocket-";
  return http::equalsIgnoringCase(name, "Connection") || http::equalsIgnoringCase(name, "Upgrade") ||
         http::equalsIgnoringCase(name.substr(0, WebSocketField.size()), WebSocketField);
}

std::shared_ptr<Handshake> handshakeOf(http::Exchange& exchange, int protocol) {
  auto& request = exchange.request();
  auto handshake = std::make_shared<Handshake>();
  handshake->url = request.target;
  std::size_t size = 0;
  for (const auto& [name, value] : request.fields) {
    if (!isOfTheConnection(name)) size += name.size() + value.size() + 4;
  }
  handshake->fields.reserve(size);
  for (const auto& [name, value] : request.fields) {
    if (!isOfTheConnection(name)) handshake->fields.append(name).append(": ").append(value).append("\r\n");
  }
  handshake->address = exchange.clientAddress();
  handshake->secure = exchange.secure();
  handshake->protocol = protocol;
  handshake->issuedMs =
      std::chrono::duration_cast<std::chrono::milliseconds>(exchange.loop().clock().wallTime().time_since_epoch())
          .count();
  return handshake;
}

void addAnswerFields(http::Exchange& exchange, const Handshake& handshake) {
  if (!handshake.answerFields) return;
  for (const auto& [name, value] : *handshake.answerFields) http::setField(exchange.answerFields(), name, value);
}

}  // namespace

Server::Server(const Options& options, net::LoopGroup& loops,
               const std::function<SessionAcceptor&(net::Loop&)>& acceptorOf,
               const std::function<HandshakeGate&(net::Loop&)>& gateOf, std::span<const TransportType* const> known)
    : _options(options), _loops(loops) {
  const auto& chosen = _options.transports;
  for (const auto* type : known) {
    if (std::find(chosen.begin(), chosen.end(), type->name()) != chosen.end()) _transports.push_back(type);
  }
  for (unsigned i = 0; i < loops.size(); ++i) {
    _registries.push_back(
        std::make_unique<SessionRegistry>(loops.at(i), _options, _transports, acceptorOf(loops.at(i))));
    if (!gateOf) continue;
    _pending.push_back(std::make_unique<PendingHandshakes>(
        gateOf(loops.at(i)), _options.handshakeTimeout,
        [this](http::Exchange& exchange, Opening opening, HandshakeVerdict verdict) {
          conclude(exchange, std::move(opening), std::move(verdict));
        }));
  }
}

Server::~Server() = default;

const TransportType* Server::served(std::string_view name) const noexcept {
  const auto found = std::find_if(_transports.begin(), _transports.end(),
                                  [name](const TransportType* type) { return type->name() == name; });
  return found == _transports.end() ? nullptr : *found;
}

void Server::handle(http::Exchange& exchange) {
  if (_options.cors && _options.cors->enabled() && _options.cors->apply(exchange)) return;
  const auto& request = exchange.request();
  Query query;
  query.transport = served(request.queryParameter("transport").value_or(""));
  query.sid = request.queryParameter("sid").value_or("");
  query.protocol = request.queryParameter("EIO").value_or("3") == "4" ? 4 : 3;
  query.base64 = request.queryParameter("b64").value_or("") != "";
  query.isUpgrade = isUpgrade(request);
  const bool asksUnknownVersion = query.protocol == 3 && request.queryParameter("EIO").value_or("3") != "3";

  if (!query.transport) return refuse(exchange, RefusalCause::UnknownTransport);
  if (!query.sid.empty()) return continueSession(exchange, query);
  if (request.method != "GET") return refuse(exchange, RefusalCause::BadMethod);
  if (query.transport->byUpgrade() != query.isUpgrade) {
    return refuse(exchange, RefusalCause::TransportHandshake);
  }
  if (asksUnknownVersion || (query.protocol == 3 && !_options.allowEio3)) {
    return refuse(exchange, RefusalCause::UnsupportedProtocolVersion);
  }
  open(exchange, query);
}

void Server::open(http::Exchange& exchange, const Query& query) {
  if (refuses(exchange, *query.transport)) return;
  Opening opening{handshakeOf(exchange, query.protocol), query.transport, !query.base64};
  if (!_pending.empty()) {
    auto& pending = *_pending[exchange.loop().index()];
    if (pending.isGuarded()) return pending.add(exchange, std::move(opening));
  }
  establish(exchange, std::move(opening));
}

void Server::conclude(http::Exchange& exchange, Opening opening, HandshakeVerdict verdict) {
  auto& fields = exchange.answerFields();
  if (verdict.refusal) {
    if (verdict.retryAfter) http::setField(fields, "Retry-After", std::to_string(*verdict.retryAfter));
    return refuse(exchange, *verdict.refusal, verdict.message);
  }
  for (const auto& [name, value] : verdict.handshakeFields) http::setField(fields, name, value);
  if (!verdict.everyAnswerFields.empty()) {
    opening.handshake->answerFields =
        std::make_unique<const std::vector<http::Field>>(std::move(verdict.everyAnswerFields));
    addAnswerFields(exchange, *opening.handshake);
  }
  establish(exchange, std::move(opening));
}

void Server::establish(http::Exchange& exchange, Opening opening) {
  auto& session = _registries[exchange.loop().index()]->add(std::move(opening.handshake), opening.allowBinary);
  session.open(exchange, *opening.transport);
}

void Server::continueSession(http::Exchange& exchange, const Query& query) {
  const auto home = loopOf(query.sid);
  if (!home || *home >= _registries.size()) return refuse(exchange, RefusalCause::UnknownSid);
  if (*home != exchange.loop().index()) return exchange.moveTo(_loops.at(*home));
  auto* session = _registries[*home]->find(query.sid);
  if (!session || session->ended()) return refuse(exchange, RefusalCause::UnknownSid);
  addAnswerFields(exchange, session->handshake());
  const auto& type = *query.transport;
  const bool isItsOwn = &type == &session->transportType() && type.takesRequests();
  const bool upgrades = type.byUpgrade() ? query.isUpgrade : type.replaces(session->transportType());
  if (!upgrades && !isItsOwn) return refuse(exchange, RefusalCause::TransportMismatch);
  if (query.protocol != session->handshake().protocol) return refuse(exchange, RefusalCause::ProtocolMismatch);
  if (upgrades) return upgrade(exchange, *session, type);
  session->onRequest(exchange);
}

void Server::upgrade(http::Exchange& exchange, ServerSession& session, const TransportType& type) {
  if (refuses(exchange, type)) return;
  if (session.mayUpgradeTo(type)) return session.upgrade(exchange, type);
  type.turnAway(exchange, _options, _registries[exchange.loop().index()]->acceptor());
}

bool Server::refuses(http::Exchange& exchange, const TransportType& type) {
  auto fault = type.check(exchange, _options);
  if (!fault) return false;
  if (!fault->answer) {
    refuse(exchange, fault->cause);
  } else {
    _refusals.refused(exchange, fault->cause);
    exchange.respondAndClose(std::move(*fault->answer));
  }
  return true;
}

void Server::refuse(http::Exchange& exchange, RefusalCause cause, std::string_view message) {
  _refusals.refused(exchange, cause);
  const bool asksUpgrade = isUpgrade(exchange.request());
  const int status = statusOf(cause, asksUpgrade);
  if (!asksUpgrade) return exchange.respond({status, "application/json", bodyOf(cause, message)});
  if (message.empty()) return exchange.respondAndClose({status, "text/html", textOf(cause).message});
  exchange.respondAndClose({status, "text/plain; charset=utf-8", message});
}

void Server::closeAll(net::Loop& loop) {
  if (!_pending.empty()) _pending[loop.index()]->refuseAll();
  _registries[loop.index()]->closeAll();
}

std::vector<Server::Sessions> Server::sessions(const net::Loop& loop) const {
  std::vector<Sessions> all;
  for (const auto& [transport, count] : _registries[loop.index()]->counts()) all.push_back({transport->name(), count});
  return all;
}

std::uint64_t Server::slowPolls(unsigned loop) const noexcept {
  return _registries[loop]->slowPolls.value();
}

}  // namespace chat::engineio
