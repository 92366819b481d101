#include "socketio/Socket.h"

#include <algorithm>
#include <utility>

#include "base/JsonText.h"
#include "net/Loop.h"
#include "socketio/AckTable.h"
#include "socketio/Client.h"
#include "socketio/Namespace.h"
#include "socketio/PacketCodec.h"
#include "socketio/Server.h"

namespace chat::socketio {

Socket::Socket(Client& client, Namespace& nsp, std::string id, SocketHandle handle)
    : _id(std::move(id)), _handle(handle), _nsp(&nsp), _client(&client) {}

Socket::~Socket() = default;

engineio::Session& Socket::session() const noexcept {
  return _client->session();
}

void Socket::accept(std::string_view privateId) {
  if (_state != State::Connecting || _leaving) return;
  _state = State::Connected;
  _nsp->add(*this);
  _client->entered();
  PacketWriter packet(PacketType::Connect, _nsp->_prefix);
  if (!_client->isLegacy()) packet.payload(R"({"sid":")").payload(_id);
  if (!_client->isLegacy() && !privateId.empty()) packet.payload(R"(","pid":")").payload(privateId);
  if (!_client->isLegacy()) packet.payload(R"("})");
  _client->write(packet);
}

void Socket::refuse(std::string_view message, std::string_view data) {
  if (_state != State::Connecting || _leaving) return;
  std::string payload;
  if (!_client->isLegacy()) {
    payload = connectErrorPayload(message, data);
  } else if (payloadFits(PacketType::ConnectError, data)) {  // a number would be read as an ack id
    payload = data;
  } else {
    payload += '"';
    base::appendJsonEscaped(payload, message);
    payload += '"';
  }
  PacketWriter packet(PacketType::ConnectError, _nsp->_prefix);
  _client->write(packet.payload(payload));
  _nsp->_server.drop(*this, DisconnectReason::ServerNamespaceDisconnect);
}

void Socket::refuseNamespace() {
  if (_state != State::Connecting || _leaving) return;
  _client->refuse(_nsp->name(), InvalidNamespace);
  _nsp->_server.drop(*this, DisconnectReason::ServerNamespaceDisconnect);
}

void Socket::ack(std::uint64_t ackId, std::string_view args, std::span<const std::string_view> attachments) {
  if (!open()) return;
  PacketWriter packet(PacketType::Ack, _nsp->_prefix, ackId, attachments.size());
  _client->write(packet.array(args), attachments);
}

void Socket::ack(std::string_view ackDigits, std::string_view args, std::span<const std::string_view> attachments) {
  if (!open()) return;
  PacketWriter packet(PacketType::Ack, _nsp->_prefix, {}, attachments.size());
  _client->write(packet.ackDigits(ackDigits).array(args), attachments);
}

void Socket::emit(std::string_view event, std::string_view args, std::span<const std::string_view> attachments) {
  if (!open()) return;
  PacketWriter packet(PacketType::Event, _nsp->_prefix, {}, attachments.size());
  _client->write(packet.event(event, args), attachments);
}

void Socket::send(const EncodedEvent& event) {
  if (!open()) return;
  for (const auto& packet : event.packets) session().send(packet);
}

void Socket::emitWithAck(std::string_view event, std::string_view args, std::span<const std::string_view> attachments,
                         base::Duration timeout, AckCallback callback, bool isUncompressed) {
  if (!open() || owesTooMany()) {
    const auto outcome = open() ? AckOutcome::Refused : AckOutcome::Disconnected;
    _nsp->_server.loop().defer([outcome, callback = std::move(callback)]() mutable { callback(outcome, {}, {}); });
    return;
  }
  const std::uint64_t ackId = _nsp->_nextAckId++;
  await(ackId, timeout, std::move(callback));
  if (isUncompressed) {
    auto encoded = EncodedEvent::of(_nsp->_name, event, args, attachments, _nsp->parser(), ackId);
    encoded.setUncompressed(true);
    return send(encoded);
  }
  PacketWriter packet(PacketType::Event, _nsp->_prefix, ackId, attachments.size());
  _client->write(packet.event(event, args), attachments);
}

bool Socket::owesTooMany() const noexcept {
  return _acks && _acks->size() >= _nsp->_server.options().maxPendingAcksPerSocket;
}

void Socket::await(std::uint64_t ackId, base::Duration timeout, AckCallback callback) {
  if (!_acks) _acks = std::make_unique<AckTable>(_nsp->_server.loop());
  _acks->add(ackId, timeout, std::move(callback));
}

void Socket::onAck(std::uint64_t ackId, std::string_view args, std::span<const std::string_view> attachments) {
  if (!_acks) return;
  if (AckCallback callback = _acks->take(ackId)) callback(AckOutcome::Came, args, attachments);
}

bool Socket::join(std::string_view room) {
  if (!open()) return false;
  if (in(room)) return true;
  if (_memberships.size() >= _nsp->_server.options().maxRoomsPerSocket) return false;
  if (!_nsp->_rooms.join(*this, room)) return false;
  if (_data) _data->onJoined(room);
  return true;
}

void Socket::leave(std::string_view room) {
  if (_nsp->_rooms.leave(*this, room) && _data) _data->onLeft(room);
}

bool Socket::in(std::string_view room) const noexcept {
  return connected() && (room == _id || _nsp->_rooms.contains(room, *this));
}

std::vector<std::string_view> Socket::rooms() const {
  std::vector<std::string_view> names;
  names.reserve(_memberships.size());
  for (const Membership& membership : _memberships) names.push_back(membership.room->first);
  return names;
}

void Socket::disconnect(bool closeConnection) {
  if (!open()) return;
  if (closeConnection) return _client->end();
  PacketWriter packet(PacketType::Disconnect, _nsp->_prefix);
  _client->write(packet);
  _nsp->_server.drop(*this, DisconnectReason::ServerNamespaceDisconnect);
}

void Socket::disconnectClient() {
  if (open()) _client->disconnect();
}

}  // namespace chat::socketio
