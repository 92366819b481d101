#include "load/Client.h"

#include <sys/epoll.h>

#include <utility>

namespace bench {
namespace {

constexpr char RecordSeparator = '\x1e';
constexpr char CloseOpcode = 8;
constexpr char PingOpcode = 9;

}  // namespace

Client::Client(ClientOwner& owner, const Options& options, const Script& script) noexcept
    : _owner(owner), _options(options), _script(script) {}

void Client::open(int epoll) {
  _epoll = epoll;
  _state = State::Connecting;
  _bytes = 0;
  _posting = false;
  _toPost.clear();
  begun.clear();
  _main.link.open(epoll, _options.host, _options.port, &_main);
}

void Client::onEvent(Tag& tag, std::uint32_t events) {
  if (!tag.link.isOpen()) return;
  // Answers to replies that came together are sent together, as by every client that corks its writes.
  const Link::Gathering gathering(tag.link);
  if (events & EPOLLOUT) {
    if (!tag.link.flush()) return end(false);
    if (_state == State::Connecting) connected();
  }
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    const bool open = tag.link.receive([&](std::string_view bytes) { return take(tag, bytes); });
    if (!open) end(_state == State::Closing);
  }
}

void Client::connected() {
  switch (_options.protocol) {
    case Protocol::Tcp:
      return becomeReady();
    case Protocol::WebSocket:
    case Protocol::SocketIo:
      _state = State::Upgrading;
      return _main.link.send(_script.upgrade);
    case Protocol::Polling:
      _state = State::Opening;
      return _main.link.send(_script.poll({}));
  }
}

std::size_t Client::take(Tag& tag, std::string_view bytes) {
  if (_options.protocol == Protocol::Tcp) return takeRaw(bytes);
  if (_options.protocol == Protocol::Polling) return takeAnswers(tag, bytes);
  std::size_t used = 0;
  if (_state == State::Upgrading) {
    const auto answer = takeAnswer(bytes);
    if (!answer) return 0;
    if (answer->status != 101) return end(false), 0;
    used = answer->whole;
    _state = State::Opening;
    if (_options.protocol == Protocol::WebSocket) becomeReady();
  }
  while (_main.link.isOpen()) {
    const auto frame = takeFrame(bytes.substr(used));
    if (!frame) break;
    used += frame->whole;
    onFrame(*frame);
  }
  return used;
}

std::size_t Client::takeRaw(std::string_view bytes) {
  _bytes += bytes.size();
  while (_bytes >= _options.size && ready()) {
    _bytes -= _options.size;
    _owner.onReply(*this);
  }
  return bytes.size();
}

std::size_t Client::takeAnswers(Tag& tag, std::string_view bytes) {
  std::size_t used = 0;
  while (tag.link.isOpen()) {
    const auto answer = takeAnswer(bytes.substr(used));
    if (!answer) break;
    used += answer->whole;
    if (answer->status != 200) return end(false), 0;
    if (&tag == &_main) {
      onPolled(answer->body);
    } else {
      _posting = false;
      post();
    }
  }
  return used;
}

void Client::onPolled(std::string_view payload) {
  const bool first = _state == State::Opening;
  while (!payload.empty() && _main.link.isOpen()) {
    const auto packet = payload.substr(0, payload.find(RecordSeparator));
    payload.remove_prefix(std::min(packet.size() + 1, payload.size()));
    onPacket(packet);
  }
  if (!_main.link.isOpen()) return;
  if (first) _poster.link.open(_epoll, _options.host, _options.port, &_poster);
  _main.link.send(_script.poll(_sid));
  post();
}

void Client::onFrame(const ServerFrame& frame) {
  if (frame.opcode == CloseOpcode) {
    // The server ends the TCP connection, RFC 6455, section 7.1.1.
    if (_state != State::Closing) end(false);
    return;
  }
  if (frame.opcode == PingOpcode) return;
  if (_options.protocol == Protocol::SocketIo) return onPacket(frame.payload);
  if (frame.payload != _script.reply) return end(false);
  _owner.onReply(*this);
}

void Client::onPacket(std::string_view packet) {
  if (packet == "2") return sendPacket("3");
  switch (_state) {
    case State::Opening: {
      constexpr std::string_view Sid = "\"sid\":\"";
      const auto sid = packet.find(Sid);
      if (!packet.starts_with('0') || sid == std::string_view::npos) return end(false);
      const auto value = packet.substr(sid + Sid.size());
      _sid = value.substr(0, value.find('"'));
      _state = State::Entering;
      return sendPacket("40");
    }
    case State::Entering:
      if (!packet.starts_with("40")) return end(false);
      return becomeReady();
    case State::Ready:
      if (packet == "6" || !_script.answered()) return;  // an empty poll, or a packet for a client that only waits
      if (packet != _script.reply) return end(false);
      return _owner.onReply(*this);
    default:
      return;
  }
}

void Client::sendPacket(std::string_view packet) {
  if (_options.protocol != Protocol::Polling) return _main.link.send(packet == "3" ? _script.pong : _script.enter);
  if (!_toPost.empty()) _toPost.push_back(RecordSeparator);
  _toPost.append(packet);
}

void Client::post() {
  if (_posting || _toPost.empty() || !_poster.link.isOpen()) return;
  _posting = true;
  _poster.link.send(_script.post(_sid, std::exchange(_toPost, {})));
}

void Client::becomeReady() {
  _state = State::Ready;
  _owner.onReady(*this);
}

void Client::operate(std::size_t times) {
  const Link::Gathering gathering(_main.link);
  for (std::size_t i = 0; i < times; ++i) {
    if (_options.protocol == Protocol::Polling) {
      sendPacket(_script.operation);
    } else {
      _main.link.send(_script.operation);
    }
  }
  if (_options.protocol == Protocol::Polling) post();
}

void Client::close() {
  _state = State::Closing;
  if (_options.protocol == Protocol::Tcp || _options.protocol == Protocol::Polling) return end(true);
  _main.link.send(_script.close);
}

void Client::end(bool asked) {
  if (std::exchange(_state, State::Closed) == State::Closed) return;
  _main.link.close(!asked);
  _poster.link.close(!asked);
  _owner.onClosed(*this, asked);
}

}  // namespace bench
