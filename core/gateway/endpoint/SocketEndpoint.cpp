#include "gateway/endpoint/SocketEndpoint.h"

#include <utility>

#include "gateway/endpoint/RecoverableSession.h"
#include "net/Loop.h"
#include "socketio/Namespace.h"

namespace chat::gateway {
namespace {

class EndpointLink final : public socketio::SocketTag {
 public:
  explicit EndpointLink(SocketEndpoint& linked) : endpoint(linked) {}
  void onJoined(std::string_view room) override {
    if (endpoint.recovery) endpoint.recovery->joined(room);
  }
  void onLeft(std::string_view room) override {
    if (endpoint.recovery) endpoint.recovery->left(room);
  }
  SocketEndpoint& endpoint;
};

}  // namespace

SocketEndpoint::SocketEndpoint(socketio::Socket& socket) : _socket(&socket) {}

void SocketEndpoint::link(socketio::Socket& socket, SocketEndpoint& endpoint) {
  socket.setData(std::make_unique<EndpointLink>(endpoint));
}

SocketEndpoint& SocketEndpoint::of(const socketio::Socket& socket) noexcept {
  return static_cast<EndpointLink*>(socket.data())->endpoint;
}

void SocketEndpoint::leave() {
  if (std::exchange(paused, false)) resumeReading();  // the session's other sockets go on
  _last = snapshot();
  _socket = nullptr;
  gone = true;
}

void SocketEndpoint::emit(std::string_view event, std::string_view args,
                          std::span<const std::string_view> attachments) {
  if (recovery) return emitRecoverable(event, args, attachments, {}, {});
  _socket->emit(event, args, attachments);
}

void SocketEndpoint::emitRecoverable(std::string_view event, std::string_view args,
                                     std::span<const std::string_view> attachments, const plugin::EmitOptions& options,
                                     plugin::Stream stream) {
  const auto offset = recovery->nextOffset();
  auto encoded = socketio::EncodedEvent::of(_socket->nsp().name(), event, withArgument(args, offset), attachments,
                                            _socket->nsp().parser());
  encoded.setUncompressed(options.isUncompressed);
  _socket->send(encoded);
  recovery->sent(std::move(encoded), stream, options.position, _socket->session().loop().now());
}

void SocketEndpoint::acknowledge(const AckTicket& ticket, int status, std::string_view document) {
  if (!ticket.wanted()) return;
  std::string args = std::to_string(status);
  args.push_back(',');
  args.append(document);
  acknowledgeArgs(ticket, args, {});
}

void SocketEndpoint::acknowledgeArgs(const AckTicket& ticket, std::string_view args,
                                     std::span<const std::string_view> attachments) {
  if (ticket.number) return _socket->ack(*ticket.number, args, attachments);
  if (!ticket.text.empty()) _socket->ack(ticket.text, args, attachments);
}

void SocketEndpoint::deliver(EncodingCache& encodings) {
  _socket->send(encodings.forNamespace(_socket->nsp().name()));
}

void SocketEndpoint::disconnect(bool closeConnection) {
  if (!_socket->connected()) return;
  if (closeConnection) {
    _socket->disconnectClient();
  } else {
    _socket->disconnect(false);
  }
}

void SocketEndpoint::drop() {
  _socket->session().close(engineio::CloseReason::ForcedClose);
}

void SocketEndpoint::pauseReading() {
  _socket->session().pauseReading();
}

void SocketEndpoint::resumeReading() {
  _socket->session().resumeReading();
}

void SocketEndpoint::joinRoom(std::string_view room) {
  _socket->join(room);
}

void SocketEndpoint::leaveRoom(std::string_view room) {
  _socket->leave(room);
}

std::vector<std::string> SocketEndpoint::rooms() const {
  if (!_socket) return {};
  std::vector<std::string> names{_socket->id()};
  for (const auto name : _socket->rooms()) names.emplace_back(name);
  return names;
}

bool SocketEndpoint::isServed() const noexcept {
  return _socket->nsp().isServed();
}

std::size_t SocketEndpoint::backlog() const noexcept {
  return _socket->session().backlog();
}

bool SocketEndpoint::writable() const noexcept {
  return _socket->session().writable();
}

std::shared_ptr<const engineio::Handshake> SocketEndpoint::handshake() const {
  return _socket ? _socket->session().handshake().shared_from_this() : _last->handshake;
}

std::string_view SocketEndpoint::socketId() const noexcept {
  return _socket ? std::string_view(_socket->id()) : _last->socketId();
}

std::string_view SocketEndpoint::nsp() const noexcept {
  return _socket ? std::string_view(_socket->nsp().name()) : _last->nsp();
}

std::string_view SocketEndpoint::address() const noexcept {
  return _socket ? std::string_view(_socket->session().handshake().address) : _last->address();
}

std::string_view SocketEndpoint::header(std::string_view name) const noexcept {
  return _socket ? _socket->session().handshake().field(name) : _last->header(name);
}

std::string_view SocketEndpoint::query() const noexcept {
  return _socket ? _socket->session().handshake().query() : _last->query();
}

std::string_view SocketEndpoint::transport() const noexcept {
  if (!_socket) return _last->transport();
  return _socket->session().transport();
}

int SocketEndpoint::protocol() const noexcept {
  return _socket ? _socket->session().handshake().protocol : _last->protocol();
}

}  // namespace chat::gateway
