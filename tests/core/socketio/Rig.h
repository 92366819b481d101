#pragma once

#include <cppunit/TestAssert.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "engineio/api/Session.h"
#include "net/Loop.h"
#include "socketio/EventSink.h"
#include "socketio/Namespace.h"
#include "socketio/Server.h"
#include "socketio/Socket.h"
#include "support/FakeClock.h"
#include "support/OnLoop.h"

namespace chat::socketio::test {

/// A session without a transport: keeps what was sent. Binary messages are kept with `b:` before them.
class FakeSession final : public engineio::Session {
 public:
  FakeSession(net::Loop& loop, int protocol, bool closesAtOnce) : _loop(loop), _closesAtOnce(closesAtOnce) {
    _handshake->protocol = protocol;
  }

  std::string_view id() const noexcept override { return _id; }
  net::Loop& loop() const noexcept override { return _loop; }
  const engineio::Handshake& handshake() const noexcept override { return *_handshake; }
  std::string_view transport() const noexcept override { return "websocket"; }
  void sendText(std::span<const std::string_view> pieces) override {
    std::string text;
    for (const auto piece : pieces) text += piece;
    push(std::move(text));
  }
  void sendBinary(std::string_view bytes) override { push("b:" + std::string(bytes)); }
  void send(const engineio::WirePacket& packet) override {
    if (packet.isUncompressed()) ++uncompressed;
    push((packet.isBinary() ? "b:" : "") + std::string(packet.payload()));
  }
  std::size_t backlog() const noexcept override { return waitingBytes; }
  bool writable() const noexcept override { return isWritable; }
  void pauseReading() override {}
  void resumeReading() override {}
  void close(engineio::CloseReason reason) override {
    if (closed) return;
    closed = reason;
    if (_closesAtOnce) {
      end(reason);
    } else {
      _loop.defer([this, reason] { end(reason); });
    }
  }
  void end(engineio::CloseReason reason) {
    closed = reason;
    if (listener != nullptr) std::exchange(listener, nullptr)->onClosed(*this, reason);
  }

  engineio::SessionListener* listener = nullptr;
  std::vector<std::string> sent;
  std::optional<engineio::CloseReason> closed;
  bool isWritable = true;
  int uncompressed = 0;  // how many of the sent messages were not to be compressed
  std::size_t waitingBytes = 0;

 private:
  void push(std::string message) {
    if (!closed) sent.push_back(std::move(message));
  }

  std::string _id = "session";
  net::Loop& _loop;
  std::shared_ptr<engineio::Handshake> _handshake = std::make_shared<engineio::Handshake>();
  bool _closesAtOnce;
};

/// Logs what it receives, and does what the test demands. Accepts every socket by default.
class RecordingSink final : public EventSink {
 public:
  void onConnecting(Socket& socket, std::string_view auth) override {
    log.push_back("connecting " + socket.nsp().name() + " " + std::string(auth));
    last = socket.handle();
    if (connecting) {
      connecting(socket);
    } else {
      socket.accept();
    }
  }
  void onEvent(Socket& socket, const EventView& event) override {
    std::string line = "event " + std::string(event.name) + " [" + std::string(event.args) + "]";
    if (event.ackId) line += " #" + std::to_string(*event.ackId);
    for (const auto bytes : event.attachments) line += " b:" + std::string(bytes);
    log.push_back(line);
    if (handling) handling(socket, event);
  }
  void onTooDeep(Socket&, const EventView& event) override {
    std::string line = "too deep " + std::string(event.name) + " [" + std::string(event.args) + "]";
    if (event.ackId) line += " #" + std::to_string(*event.ackId);
    log.push_back(line);
  }
  void onDisconnecting(Socket& socket, DisconnectReason reason) override {
    log.push_back("disconnecting " + std::string(name(reason)));
    if (disconnecting) disconnecting(socket);
  }
  void onGone(Socket& socket) override { log.push_back("gone " + socket.nsp().name()); }
  void onDrained(Socket& socket) override { log.push_back("drained " + socket.nsp().name()); }

  std::vector<std::string> log;
  SocketHandle last;
  std::function<void(Socket&)> connecting;
  std::function<void(Socket&, const EventView&)> handling;
  std::function<void(Socket&)> disconnecting;
};

/// A server on a running loop whose clock only the test moves. All calls run on the loop and are waited for, so that
/// the test can look at everything in between.
class Rig {
 public:
  explicit Rig(Options options = defaultOptions(), bool closesAtOnce = false)
      : _closesAtOnce(closesAtOnce), _loop(0, {}, clock), _thread([this] { _loop.run(); }) {
    on([&] { server = std::make_unique<Server>(_loop, options, sink); });
  }
  ~Rig() {
    on([this] {
      for (auto& session : _sessions) session->end(engineio::CloseReason::ServerShutdown);
    });
    on([this] { server.reset(); });
    _loop.stop();
    _thread.join();
  }

  static Options defaultOptions() {
    Options options;
    options.namespaces = {"/", "/chat"};
    return options;
  }

  template <typename Call>
  std::invoke_result_t<Call> on(Call call) {
    return chat::test::onLoop(_loop, std::move(call));
  }

  FakeSession& openSession(int protocol = 4) {
    return on([&]() -> FakeSession& {
      FakeSession& session = *_sessions.emplace_back(std::make_unique<FakeSession>(_loop, protocol, _closesAtOnce));
      auto& listener = server->onSession(session);
      if (!session.closed || !_closesAtOnce) session.listener = &listener;
      return session;
    });
  }
  /// A session that has entered `/`; the list of sent messages is cleared.
  FakeSession& connected() {
    FakeSession& session = openSession();
    text(session, "0");
    session.sent.clear();
    return session;
  }
  void text(FakeSession& session, std::string_view packet) {
    on([&] {
      if (session.listener != nullptr) session.listener->onText(session, packet);
    });
    settle();
  }
  void binary(FakeSession& session, std::string_view bytes) {
    on([&] {
      if (session.listener != nullptr) session.listener->onBinary(session, bytes);
    });
    settle();
  }
  void close(FakeSession& session, engineio::CloseReason reason) {
    on([&] { session.end(reason); });
  }
  void advance(base::Duration by) {
    clock.advance(by);
    settle();
  }
  /// Two turns: runs due timers and deferred tasks.
  void settle() {
    on([] {});
    on([] {});
  }
  /// The socket that asked to connect last.
  Socket* socket() {
    return on([this] { return server->find(sink.last); });
  }

  chat::test::FakeClock clock;
  RecordingSink sink;
  std::unique_ptr<Server> server;

 private:
  bool _closesAtOnce;
  net::Loop _loop;
  std::vector<std::unique_ptr<FakeSession>> _sessions;
  std::thread _thread;
};

using Lines = std::vector<std::string>;

inline void assertLines(const Lines& expected, const Lines& actual) {
  std::string left, right;
  for (const auto& line : expected) left += line + "\n";
  for (const auto& line : actual) right += line + "\n";
  CPPUNIT_ASSERT_EQUAL(left, right);
}

}  // namespace chat::socketio::test
