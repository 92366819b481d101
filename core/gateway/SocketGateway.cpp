#include "gateway/SocketGateway.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/JsonText.h"
#include "gateway/call/ErrorDocument.h"
#include "gateway/call/Refusal.h"
#include "gateway/endpoint/RecoverableSession.h"
#include "socketio/Client.h"
#include "socketio/Server.h"

namespace chat::gateway {

void SocketGateway::onConnecting(socketio::Socket& socket, std::string_view auth) {
  auto& endpoint = static_cast<SocketEndpoint&>(_to.admissions.open(std::make_unique<SocketEndpoint>(socket)));
  SocketEndpoint::link(socket, endpoint);
  _to.counters.sockets.add();
  auto asked = _to.recovery && !socket.client().isLegacy() ? Recovery::asked(auth) : std::nullopt;
  if (asked) return claim(endpoint, auth, std::move(*asked));
  ask(endpoint, auth, _to.replies.directory.watchRevocations());
}

// The client says that it comes back. Its session may be with another loop.
void SocketGateway::claim(SocketEndpoint& endpoint, std::string_view auth, Recovery::Asked asked) {
  endpoint.running = true;
  _to.recovery->claim(
      asked, endpoint.nsp(),
      [this, handle = endpoint.handle, auth = std::string(auth), revoked = _to.replies.directory.watchRevocations(),
       offset = asked.offset](std::unique_ptr<RecoverableSession> session) {
        auto& back = static_cast<SocketEndpoint&>(*_to.replies.directory.find(handle));
        back.running = false;
        if (back.gone) {
          if (session) _to.recovery->giveBack(std::move(session));
          return _to.events.next(back);
        }
        if (session) {
          session->away()->offset = offset;
          _to.recovery->restore(back, std::move(session));
        }
        ask(back, auth, revoked);
      });
}

void SocketGateway::ask(SocketEndpoint& endpoint, std::string_view auth, const Revocations::Watch& revoked) {
  _to.admissions.admit(endpoint, auth, revoked, [this](Endpoint& asking, const AdmissionVerdict& verdict) {
    decided(static_cast<SocketEndpoint&>(asking), verdict);
  });
}

void SocketGateway::decided(SocketEndpoint& endpoint, const AdmissionVerdict& verdict) {
  auto& socket = endpoint.socket();
  if (!verdict.failure) {
    if (verdict.isNamespaceRefused || !_to.delivery.server().serve(socket.nsp())) return socket.refuseNamespace();
    endpoint.admitted = true;
    if (_to.recovery && !socket.client().isLegacy()) return _to.recovery->enter(endpoint);
    return socket.accept();
  }
  const auto refusal = explain(*verdict.failure, "connect", _to.replies.logger);
  // A refused client never tries again by itself; one whose connection breaks does, until the database is back.
  if (verdict.failure->kind == plugin::CallFailure::Kind::Unavailable) return endpoint.drop();
  socket.refuse(refusal.detail, refusal.data.empty()
                                    ? errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds)
                                    : refusal.data);
}

bool SocketGateway::mayServe(std::string_view) {
  return !_to.calls.table().namespaces().empty();
}

void SocketGateway::onEvent(socketio::Socket& socket, const socketio::EventView& event) {
  _to.events.receive(SocketEndpoint::of(socket),
                     {event.name, event.args, event.attachments, {event.ackId, std::string(event.ackDigits)}});
}

void SocketGateway::onTooDeep(socketio::Socket& socket, const socketio::EventView& event) {
  plugin::CallFailure failure;
  failure.kind = plugin::CallFailure::Kind::Refusal;
  failure.code = 400;
  failure.text = "The event is nested more than " + std::to_string(base::MaxJsonDepth) + " levels deep";
  _to.events.refuse(SocketEndpoint::of(socket), {event.name, {}, {}, {event.ackId, std::string(event.ackDigits)}},
                    failure);
}

void SocketGateway::onDisconnecting(socketio::Socket& socket, socketio::DisconnectReason reason) {
  auto& endpoint = SocketEndpoint::of(socket);
  _to.farewells.leaving(endpoint, socketio::name(reason));
  _to.counters.disconnects[static_cast<std::size_t>(reason)].add();
  if (_to.recovery) _to.recovery->leave(endpoint, reason);
}

void SocketGateway::onGone(socketio::Socket& socket) {
  auto& endpoint = SocketEndpoint::of(socket);
  if (endpoint.recovery) _to.recovery->giveBack(std::move(endpoint.recovery));
  endpoint.leave();
  _to.events.closed(endpoint);
}

void SocketGateway::onDrained(socketio::Socket& socket) {
  SocketEndpoint::of(socket).drained();
}

}  // namespace chat::gateway
