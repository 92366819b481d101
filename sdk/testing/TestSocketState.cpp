#include "testing/TestSocketState.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace chat::testing {
namespace {

constexpr std::size_t MaxAttachments = 1000;

std::string dataOf(std::string_view payload) {
  const auto data = valueAt(payload, "/data");
  return data == "(none)" ? std::string() : data;
}

}  // namespace

TestSocket::State::State(TestHost::State& host, std::string nsp, const TestHost::State::Opening& opening)
    : _host(host), _nsp(std::move(nsp)), _prefix(socketio::namespacePrefix(_nsp)) {
  _host.onLoop([&] {
    FakeSession::Receiver& receiver = *this;
    _session = std::make_unique<FakeSession>(_host.loop(), _host.nextSessionId(), opening.handshake,
                                             opening.transport->name(), receiver);
    _session->setListener(_host.server().onSession(*_session));
  });
}

TestSocket::State::~State() {
  drop();
  _host.onLoop([this] { _session.reset(); });
}

void TestSocket::State::connect(const std::string& auth) {
  _host.onLoop([&] {
    socketio::PacketWriter packet(socketio::PacketType::Connect, _prefix);
    _session->fromClient(packet.payload(auth).text());
  });
  await("an answer to CONNECT", [this] { return _entered || _left || _refusal.has_value(); });
  if (_refusal) throw *_refusal;
  if (!_entered) throw ConnectRefused("the connection was closed", {});
  _host.settle();
}

bool TestSocket::State::connected() const {
  const std::lock_guard lock(_mutex);
  return _entered && !_left;
}

void TestSocket::State::write(std::optional<std::uint64_t> ackId, std::string_view event, std::string_view args,
                              std::span<const std::string_view> attachments) {
  _host.onLoop([&] {
    socketio::PacketWriter packet(socketio::PacketType::Event, _prefix, ackId, attachments.size());
    _session->fromClient(packet.event(event, args).text());
    for (const auto bytes : attachments) _session->fromClientBinary(bytes);
  });
}

std::uint64_t TestSocket::State::begin(std::string_view event, std::string_view args,
                                       std::span<const std::string_view> attachments) {
  const auto ackId = _nextAckId++;
  write(ackId, event, args, attachments);
  return ackId;
}

Answer TestSocket::State::answerTo(std::uint64_t number) {
  await("the acknowledgement " + std::to_string(number), [&] { return _answers.contains(number) || _left; });
  const std::lock_guard lock(_mutex);
  const auto found = _answers.find(number);
  if (found == _answers.end()) throw std::runtime_error("the socket was disconnected instead of answered");
  auto answer = std::move(found->second);
  _answers.erase(found);
  return answer;
}

void TestSocket::State::send(std::string_view event, std::string_view args,
                             std::span<const std::string_view> attachments) {
  write(std::nullopt, event, args, attachments);
  _host.settle();
}

Message TestSocket::State::expect(std::string_view event) {
  const auto isIt = [event](const Message& message) { return message.event == event; };
  await("the event " + std::string(event), [&] { return std::any_of(_messages.begin(), _messages.end(), isIt); });
  const std::lock_guard lock(_mutex);
  const auto found = std::find_if(_messages.begin(), _messages.end(), isIt);
  auto message = std::move(*found);
  _messages.erase(found);
  return message;
}

std::vector<Message> TestSocket::State::received() {
  _host.settle();
  const std::lock_guard lock(_mutex);
  const auto taken = std::exchange(_messages, {});
  return {taken.begin(), taken.end()};
}

void TestSocket::State::onAsk(std::function<std::optional<std::string>(const Message&)> answer) {
  const std::lock_guard lock(_mutex);
  _onAsk = std::move(answer);
}

void TestSocket::State::disconnect() {
  _host.onLoop([this] {
    socketio::PacketWriter packet(socketio::PacketType::Disconnect, _prefix);
    _session->fromClient(packet.text());
  });
  {
    const std::lock_guard lock(_mutex);
    _left = true;
  }
  _host.settle();
}

void TestSocket::State::drop() {
  _host.onLoop([this] {
    if (!_session->ended()) _session->end(engineio::CloseReason::TransportClose);
  });
  _host.settle();
}

template <typename Arrived>
void TestSocket::State::await(const std::string& what, Arrived&& arrived) {
  std::unique_lock lock(_mutex);
  if (_changed.wait_for(lock, TestHost::Patience, arrived)) return;
  throw std::runtime_error(what + " did not come within " + std::to_string(TestHost::Patience.count()) + " s");
}

// --- on the loop ---

void TestSocket::State::onText(std::string_view text) {
  const auto packet = socketio::parsePacket(text, MaxAttachments);
  if (!packet) throw std::logic_error("the server has sent what is no packet: " + std::string(text));
  if (packet.value().attachments == 0) return take(packet.value(), {});
  _assembler = std::make_unique<socketio::AttachmentAssembler>(packet.value());
}

void TestSocket::State::onBinary(std::string_view bytes) {
  if (!_assembler || !_assembler->add(bytes)) return;
  const auto complete = std::move(_assembler);
  take(complete->packet(), complete->attachments());
}

void TestSocket::State::onEnded() {
  const std::lock_guard lock(_mutex);
  _left = true;
  _changed.notify_all();
}

void TestSocket::State::take(const socketio::PacketView& packet, std::span<const std::string_view> attachments) {
  using socketio::PacketType;
  if (packet.nsp != _nsp) return;
  if (packet.type == PacketType::Event || packet.type == PacketType::BinaryEvent) return takeEvent(packet, attachments);
  const std::lock_guard lock(_mutex);
  switch (packet.type) {
    case PacketType::Connect:
      _id = valueAt(packet.json, "/sid");
      _entered = true;
      break;
    case PacketType::ConnectError:
      _refusal.emplace(valueAt(packet.json, "/message"), dataOf(packet.json));
      break;
    case PacketType::Disconnect:
      _left = true;
      break;
    default: {
      const auto args = socketio::splitAck(packet.json);
      if (args && packet.ackId) {
        _answers[*packet.ackId] = {std::string(args.value()), {attachments.begin(), attachments.end()}};
      }
      break;
    }
  }
  _changed.notify_all();
}

void TestSocket::State::takeEvent(const socketio::PacketView& packet, std::span<const std::string_view> attachments) {
  std::string unescaped;
  const auto parts = socketio::splitEvent(packet.json, unescaped);
  if (!parts) throw std::logic_error("the server has sent what is no event: " + std::string(packet.json));
  Message message{
      std::string(parts.value().name), std::string(parts.value().args), {attachments.begin(), attachments.end()}};
  const std::lock_guard lock(_mutex);
  if (packet.ackId && _onAsk) {
    if (const auto answer = _onAsk(message)) {
      socketio::PacketWriter ack(socketio::PacketType::Ack, _prefix, packet.ackId);
      // Deferred, so not during the server's call that sends the event.
      _host.loop().defer([this, text = ack.array(*answer).text()] { _session->fromClient(text); });
    }
  }
  _messages.push_back(std::move(message));
  _changed.notify_all();
}

}  // namespace chat::testing
