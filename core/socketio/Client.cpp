#include "socketio/Client.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/JsonText.h"
#include "net/Loop.h"
#include "socketio/MsgpackCodec.h"
#include "socketio/Namespace.h"
#include "socketio/NamespaceQuery.h"
#include "socketio/PacketCodec.h"
#include "socketio/Placeholders.h"
#include "socketio/Server.h"

namespace chat::socketio {
namespace {

DisconnectReason reasonOf(engineio::CloseReason reason, bool forcedByUs) noexcept {
  switch (reason) {
    case engineio::CloseReason::TransportClose:
      return DisconnectReason::TransportClose;
    case engineio::CloseReason::TransportError:
      return DisconnectReason::TransportError;
    case engineio::CloseReason::PingTimeout:
      return DisconnectReason::PingTimeout;
    case engineio::CloseReason::ParseError:
      return DisconnectReason::ParseError;
    case engineio::CloseReason::ServerShutdown:
      return DisconnectReason::ServerShuttingDown;
    case engineio::CloseReason::ForcedClose:
      break;
  }
  return forcedByUs ? DisconnectReason::ForcedServerClose : DisconnectReason::ForcedClose;
}

constexpr int LegacyEngineProtocol = 3;

}  // namespace

Client::Client(Server& server, engineio::Session& session)
    : _server(server),
      _session(session),
      _connectTimer([](void* owner) { static_cast<Client*>(owner)->forceClose(); }, this),
      _legacy(session.handshake().protocol == LegacyEngineProtocol) {
  _server.loop().arm(_connectTimer, _server.options().connectTimeout);
}

void Client::onText(engineio::Session&, std::string_view text) {
  if (_closing) return;
  if (_server.options().parser == Parser::Msgpack || _assembler) return fail(PacketError::UnexpectedText);
  const auto packet = parsePacket(text, _server.options().maxAttachments);
  if (!packet) return fail(packet.error());
  if (packet.value().attachments > 0) {
    _assembler = std::make_unique<AttachmentAssembler>(packet.value());
    return;
  }
  handle(packet.value(), {});
}

void Client::onBinary(engineio::Session&, std::string_view bytes) {
  if (_closing) return;
  if (_server.options().parser == Parser::Msgpack) {
    const auto packet = decodeMsgpack(bytes, _server.options().maxAttachments);
    if (!packet) return fail(packet.error());
    return handle(packet.value().view(), packet.value().attachmentViews());
  }
  if (!_assembler) return fail(PacketError::UnexpectedAttachment);
  if (!_assembler->add(bytes)) return;
  const auto complete = std::move(_assembler);
  handle(complete->packet(), complete->attachments());
}

void Client::handle(PacketView packet, std::span<const std::string_view> attachments) {
  NamespaceQuery asked{packet.nsp, {}};
  if (_legacy) asked = splitNamespace(packet.nsp);

  const Entry* entry = entryOf(asked.nsp);
  if (packet.type == PacketType::Connect) {
    const bool isObject = packet.json.empty() || base::isJsonObject(packet.json);
    if (!isObject && !base::isJsonTooDeep(packet.json)) return fail(PacketError::IllegalPayload);
    // CONNECT to a namespace in which the client has a socket: ignored.
    if (entry != nullptr && entry->socket != nullptr) return;
    if (!isObject) return refuse(asked.nsp, "The auth payload is nested too deep");
    if (_legacy) return connect(asked.nsp, queryAsJson(asked.query));
    return connect(asked.nsp, packet.json.empty() ? "{}" : packet.json);
  }
  if (entry == nullptr || packet.type == PacketType::ConnectError) return forceClose();
  if (entry->socket != nullptr) handle(*entry->socket, packet, attachments);
}

// Neither the client nor the socket is touched after a call to the sink, which may have ended both.
void Client::handle(Socket& socket, const PacketView& packet, std::span<const std::string_view> attachments) {
  if (packet.type == PacketType::Disconnect) return _server.drop(socket, DisconnectReason::ClientNamespaceDisconnect);
  if (!socket.connected()) return forceClose();

  if (packet.type == PacketType::Ack || packet.type == PacketType::BinaryAck) {
    const auto args = splitAck(packet.json);
    if (!args && args.error() == PacketError::TooDeep)
      return;  // as if it hadn't come: who waits for it is told in time
    if (!args) return fail(args.error());
    if (!attachmentsFit(args.value(), attachments)) return fail(PacketError::IllegalAttachments);
    if (packet.ackId) socket.onAck(*packet.ackId, args.value(), attachments);
    return;
  }
  std::string unescaped;
  const auto event = splitEvent(packet.json, unescaped);
  if (!event) return fail(event.error());
  if (event.value().areArgsTooDeep) {
    return _server.sink().onTooDeep(socket, {event.value().name, {}, packet.ackId, {}, packet.ackDigits});
  }
  if (!attachmentsFit(event.value().args, attachments)) return fail(PacketError::IllegalAttachments);
  _server.sink().onEvent(socket, {event.value().name, event.value().args, packet.ackId, attachments, packet.ackDigits});
}

// A placeholder without an attachment must not be handed on to other clients, which would end their connections.
// MessagePack has no placeholders on the wire.
bool Client::attachmentsFit(std::string_view args, std::span<const std::string_view> attachments) const {
  return attachments.empty() || _server.options().parser == Parser::Msgpack ||
         placeholdersFit(args, attachments.size());
}

void Client::connect(std::string_view name, std::string_view auth) {
  if (Entry* left = entryOf(name)) {
    left->socket = &_server.open(*this, *left->nsp);
    return _server.sink().onConnecting(*left->socket, auth);
  }
  if (_entries.size() >= _server.options().maxNamespacesPerClient) return refuse(name, "Too many namespaces");
  Namespace* nsp = _server.ask(name);
  if (nsp == nullptr) return refuse(name, InvalidNamespace);
  ++nsp->_entries;
  Socket& socket = _server.open(*this, *nsp);
  _entries.push_back({nsp, &socket});
  _server.sink().onConnecting(socket, auth);
}

void Client::refuse(std::string_view nsp, std::string_view message) {
  const std::string prefix = namespacePrefix(nsp);
  const std::string payload = connectErrorPayload(message, {});
  PacketWriter packet(PacketType::ConnectError, prefix);
  write(packet.payload(payload));
}

void Client::write(const PacketWriter& packet, std::span<const std::string_view> attachments) {
  if (_server.options().parser == Parser::Msgpack) {
    return _session.sendBinary(encodeMsgpack(packet.text(), attachments));
  }
  _session.sendText(packet.pieces());
  for (const auto bytes : attachments) _session.sendBinary(bytes);
}

Client::Entry* Client::entryOf(std::string_view nsp) noexcept {
  for (Entry& entry : _entries) {
    if (entry.nsp->name() == nsp) return &entry;
  }
  return nullptr;
}

void Client::forget(const Socket& socket, bool expectStragglers) {
  const auto entry =
      std::find_if(_entries.begin(), _entries.end(), [&socket](const Entry& e) { return e.socket == &socket; });
  if (entry == _entries.end()) return;
  entry->socket = nullptr;
  if (!expectStragglers) {
    _server.left(*entry->nsp);
    _entries.erase(entry);
  }
  const bool anyLeft =
      std::any_of(_entries.begin(), _entries.end(), [](const Entry& e) { return e.socket != nullptr; });
  if (!anyLeft && !_closing && !_connectTimer.armed())
    _server.loop().arm(_connectTimer, _server.options().connectTimeout);
}

void Client::dropAll(DisconnectReason reason) {
  while (!_entries.empty()) {
    const Entry entry = _entries.back();
    _entries.pop_back();
    if (entry.socket != nullptr) _server.drop(*entry.socket, reason);
    _server.left(*entry.nsp);
  }
}

void Client::disconnect() {
  if (_closing) return;
  _closing = true;
  for (const Entry& entry : _entries) {
    if (entry.socket == nullptr || !entry.socket->open()) continue;
    PacketWriter packet(PacketType::Disconnect, entry.nsp->_prefix);
    write(packet);
  }
  dropAll(DisconnectReason::ServerNamespaceDisconnect);
  if (!_ended) _session.close(engineio::CloseReason::ForcedClose);
}

void Client::end() {
  if (_closing) return;
  _closing = true;
  dropAll(DisconnectReason::ForcedServerClose);
  if (!_ended) _session.close(engineio::CloseReason::ForcedClose);
}

void Client::fail(PacketError) {
  _closing = true;
  _session.close(engineio::CloseReason::ParseError);
}

void Client::forceClose() {
  _closing = true;
  _forced = true;
  _session.close(engineio::CloseReason::ForcedClose);
}

void Client::onClosed(engineio::Session&, engineio::CloseReason reason) {
  _closing = true;
  _ended = true;
  _connectTimer.cancel();
  _assembler.reset();
  dropAll(reasonOf(reason, _forced));
  _server.bury(*this);
}

void Client::onDrained(engineio::Session&) {
  if (_entries.size() == 1) {
    Socket* socket = _entries.front().socket;
    if (socket != nullptr && socket->connected()) _server.sink().onDrained(*socket);
    return;
  }
  std::vector<SocketHandle> handles;
  for (const Entry& entry : _entries) {
    if (entry.socket != nullptr && entry.socket->connected()) handles.push_back(entry.socket->handle());
  }
  Server& server = _server;
  for (const SocketHandle handle : handles) {
    if (Socket* socket = server.find(handle)) server.sink().onDrained(*socket);
  }
}

}  // namespace chat::socketio
