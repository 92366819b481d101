#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "http/ServerConnection.h"
#include "net/Loop.h"
#include "plainws/EnvelopeSink.h"
#include "plainws/Peer.h"
#include "plainws/Route.h"
#include "plainws/Server.h"
#include "support/OnLoop.h"
#include "support/Receive.h"

namespace chat::plainws {
namespace {

/// The client's end of a connection: blocking, at most ten seconds for a read.
class RawClient {
 public:
  explicit RawClient(int descriptor) : _descriptor(descriptor) {
    const timeval limit{10, 0};
    setsockopt(_descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~RawClient() { hangUp(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void hangUp() {
    if (_descriptor >= 0) ::close(std::exchange(_descriptor, -1));
  }
  void send(std::string_view bytes) {
    if (::send(_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("send");
    }
  }
  void handshake(std::string_view fields = {}) {
    send(
        "GET /ws?x=1 HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        std::string(fields) + "\r\n");
  }
  /// A masked frame of less than 126 bytes; the mask is zero.
  void frame(std::string_view payload, int opcode = 1) {
    std::string bytes{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0};
    send(bytes.append(payload));
  }
  std::string head() {
    std::string head;
    while (!head.ends_with("\r\n\r\n")) head += read(1);
    return head;
  }
  std::string status() { return head().substr(0, 12); }
  /// The payload of the next frame, which must be shorter than 126 bytes.
  std::string message() {
    const std::string start = read(2);
    return read(static_cast<std::size_t>(start[1] & 0x7F));
  }
  /// Whether the next frame is a ping.
  bool pinged() { return read(2) == std::string_view("\x89\0", 2); }
  bool ended() {
    char c;
    return test::receive(_descriptor, {&c, 1}) == 0;
  }

 private:
  std::string read(std::size_t count) {
    std::string bytes(count, '\0');
    if (test::receiveAll(_descriptor, bytes) != count) {
      throw std::runtime_error("nothing came");
    }
    return bytes;
  }
  int _descriptor;
};

class RecordingSink final : public EnvelopeSink {
 public:
  void onConnecting(Peer& peer) override {
    last = peer.handle();
    if (connecting) {
      connecting(peer);
    } else {
      peer.accept();
    }
  }
  void onEvent(Peer& peer, const EnvelopeView& event) override {
    if (handling) handling(peer, event);
  }
  void onClosed(Peer&, websocket::CloseCode code) override { closed.set_value(code); }

  PeerHandle last;
  std::function<void(Peer&)> connecting;
  std::function<void(Peer&, const EnvelopeView&)> handling;
  std::promise<websocket::CloseCode> closed;
};

class Rig {
 public:
  explicit Rig(const Options& options = {})
      : _loop(0, {}), server(_loop, options, sink), _thread([this] { _loop.run(); }) {
    _service.router.add(http::Router::Match::Exact, "/ws", {"GET"},
                        std::make_shared<Route>(std::vector<Server*>{&server}, std::make_shared<http::CorsPolicy>()));
  }
  ~Rig() {
    _loop.stop();
    _thread.join();
  }
  std::unique_ptr<RawClient> connect() {
    std::array<int, 2> ends;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) throw std::runtime_error("socketpair");
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    on([&] { _loop.adopt(ends[0], std::make_unique<http::ServerConnection>(_service)); });
    return std::make_unique<RawClient>(ends[1]);
  }
  template <typename Call>
  std::invoke_result_t<Call> on(Call call) {
    return chat::test::onLoop(_loop, std::move(call));
  }
  websocket::CloseCode closed() {
    auto closed = sink.closed.get_future();
    if (closed.wait_for(std::chrono::seconds(10)) != std::future_status::ready) throw std::runtime_error("not closed");
    return closed.get();
  }

  RecordingSink sink;

 private:
  http::Service _service;
  net::Loop _loop;

 public:
  Server server;

 private:
  std::thread _thread;
};

class PeerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PeerTest);
  CPPUNIT_TEST(testEventAndAnswer);
  CPPUNIT_TEST(testBadFramesAreAnsweredAndSurvived);
  CPPUNIT_TEST(testHandshakeIsTold);
  CPPUNIT_TEST(testRefusedAtTheHandshake);
  CPPUNIT_TEST(testDecidedLater);
  CPPUNIT_TEST(testGoneBeforeTheDecision);
  CPPUNIT_TEST(testNoHandshake);
  CPPUNIT_TEST(testClientCloses);
  CPPUNIT_TEST(testClientVanishes);
  CPPUNIT_TEST(testAClientWithPongsStays);
  CPPUNIT_TEST(testAClientWithoutPongsIsDropped);
  CPPUNIT_TEST(testAPausedClientMayHaveAnswered);
  CPPUNIT_TEST(testServerCloses);
  CPPUNIT_TEST(testShutdown);
  CPPUNIT_TEST(testSubprotocol);
  CPPUNIT_TEST_SUITE_END();

 public:
  void testEventAndAnswer() {
    Rig rig;
    rig.sink.handling = [](Peer& peer, const EnvelopeView& event) {
      peer.emit(event.event, event.data);
      if (!event.id.empty()) peer.ack(event.id, 0, event.data);
      peer.send(EncodedEnvelope::of("shared", "2"));
    };
    auto client = rig.connect();
    client->handshake();
    CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 101"), client->status());
    client->frame(R"({"event":"echo","id":"k","data":[1]})");
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"event":"echo","data":[1]})"), client->message());
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"ack":"k","status":0,"data":[1]})"), client->message());
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"event":"shared","data":2})"), client->message());
  }

  void testBadFramesAreAnsweredAndSurvived() {
    Rig rig;
    rig.sink.handling = [](Peer& peer, const EnvelopeView& event) { peer.emit(event.event, event.data); };
    auto client = rig.connect();
    client->handshake();
    client->head();
    client->frame("hello");
    CPPUNIT_ASSERT_EQUAL(
        std::string(R"({"event":"error","data":{"errors":{"code":"400","detail":"a frame must be a JSON object"}}})"),
        client->message());
    client->frame("\x01\x02", 2);
    CPPUNIT_ASSERT_EQUAL(
        std::string(R"({"event":"error","data":{"errors":{"code":"400","detail":"a frame must be text"}}})"),
        client->message());
    client->frame(R"({"event":"still here"})");
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"event":"still here","data":null})"), client->message());
  }

  void testHandshakeIsTold() {
    Rig rig;
    PeerHandshake told;
    rig.sink.connecting = [&](Peer& peer) {
      told = peer.handshake();
      peer.accept();
    };
    auto client = rig.connect();
    client->handshake("Authorization: Bearer abc\r\n");
    client->head();
    CPPUNIT_ASSERT_EQUAL(std::string("/ws?x=1"), told.url);
    CPPUNIT_ASSERT(told.fields.find("Authorization: Bearer abc\r\n") != std::string::npos);
    CPPUNIT_ASSERT(told.issuedMs > 0);
  }

  void testRefusedAtTheHandshake() {
    Rig rig;
    rig.sink.connecting = [](Peer& peer) { peer.refuse({401, "application/json", "{}"}); };
    auto client = rig.connect();
    client->handshake();
    CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 401"), client->status());
    CPPUNIT_ASSERT(rig.closed() == websocket::CloseCode::AbnormalClosure);
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.on([&] { return rig.server.size(); }));
  }

  void testDecidedLater() {
    Rig rig;
    std::promise<void> asked;
    rig.sink.connecting = [&](Peer& peer) {
      peer.emit("dropped", "1");
      asked.set_value();
    };
    auto client = rig.connect();
    client->handshake();
    asked.get_future().wait();
    rig.on([&] {
      Peer* peer = rig.server.find(rig.sink.last);
      peer->accept();
      peer->emit("welcome", "1");
      CPPUNIT_ASSERT(peer->state() == Peer::State::Open);
    });
    CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 101"), client->status());
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"event":"welcome","data":1})"), client->message());
  }

  void testGoneBeforeTheDecision() {
    Rig rig;
    std::promise<void> asked;
    rig.sink.connecting = [&](Peer&) { asked.set_value(); };
    auto client = rig.connect();
    client->handshake();
    asked.get_future().wait();
    client->hangUp();
    CPPUNIT_ASSERT(rig.closed() == websocket::CloseCode::AbnormalClosure);
    CPPUNIT_ASSERT(rig.on([&] { return rig.server.find(rig.sink.last) == nullptr; }));
  }

  void testNoHandshake() {
    Rig rig;
    auto client = rig.connect();
    client->send("GET /ws HTTP/1.1\r\nHost: test\r\n\r\n");
    CPPUNIT_ASSERT(client->status().starts_with("HTTP/1.1 4"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.on([&] { return rig.server.size(); }));
  }

  void testClientCloses() {
    Rig rig;
    auto client = rig.connect();
    client->handshake();
    client->head();
    client->frame("\x03\xe9", 8);
    CPPUNIT_ASSERT(rig.closed() == websocket::CloseCode::GoingAway);
    CPPUNIT_ASSERT(rig.on([&] { return rig.server.find(rig.sink.last) == nullptr; }));
    CPPUNIT_ASSERT_EQUAL(std::string("\x03\xe9"), client->message());
    CPPUNIT_ASSERT(client->ended());
  }

  void testClientVanishes() {
    Rig rig;
    auto client = rig.connect();
    client->handshake();
    client->head();
    client->hangUp();
    CPPUNIT_ASSERT(rig.closed() == websocket::CloseCode::AbnormalClosure);
  }

  void testAClientWithPongsStays() {
    Options options;
    options.pingInterval = base::Duration{10};
    Rig rig(options);
    rig.sink.handling = [](Peer& peer, const EnvelopeView& event) { peer.emit(event.event, event.data); };
    auto client = rig.connect();
    client->handshake();
    client->head();
    for (int i = 0; i < 3; ++i) {
      CPPUNIT_ASSERT(client->pinged());
      client->frame("", 10);
    }
    CPPUNIT_ASSERT(client->pinged());
    client->frame(R"({"event":"still here"})");
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"event":"still here","data":null})"), client->message());
  }

  void testAClientWithoutPongsIsDropped() {
    Options options;
    options.pingInterval = options.pingTimeout = base::Duration{10};
    Rig rig(options);
    auto client = rig.connect();
    client->handshake();
    client->head();
    CPPUNIT_ASSERT(client->pinged());
    CPPUNIT_ASSERT(client->ended());
    CPPUNIT_ASSERT(rig.closed() == websocket::CloseCode::AbnormalClosure);
  }

  void testAPausedClientMayHaveAnswered() {
    Options options;
    options.pingInterval = options.pingTimeout = base::Duration{10};
    Rig rig(options);
    rig.sink.handling = [](Peer& peer, const EnvelopeView& event) {
      event.event == "pause" ? peer.pauseReading() : peer.emit(event.event, event.data);
    };
    auto client = rig.connect();
    client->handshake();
    client->head();
    client->frame(R"({"event":"pause"})");
    CPPUNIT_ASSERT(client->pinged());
    client->frame("", 10);
    client->frame(R"({"event":"still here"})");
    // As many turns as twice the time-out takes.
    for (const auto end = std::chrono::steady_clock::now() + 2 * options.pingTimeout;
         std::chrono::steady_clock::now() < end;) {
      rig.on([] {});
    }
    rig.on([&] { rig.server.find(rig.sink.last)->resumeReading(); });
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"event":"still here","data":null})"), client->message());
  }

  void testServerCloses() {
    Rig rig;
    rig.sink.handling = [](Peer& peer, const EnvelopeView&) {
      peer.close(websocket::CloseCode::PolicyViolation, "enough");
      peer.emit("too late", "1");
    };
    auto client = rig.connect();
    client->handshake();
    client->head();
    client->frame(R"({"event":"e"})");
    CPPUNIT_ASSERT_EQUAL(std::string("\x03\xf0") + "enough", client->message());
    client->frame("\x03\xf0", 8);
    CPPUNIT_ASSERT(client->ended());
    rig.closed();
  }

  void testShutdown() {
    Rig rig;
    auto client = rig.connect();
    client->handshake();
    client->head();
    rig.on([&] { rig.server.closeAll(); });
    CPPUNIT_ASSERT_EQUAL(std::string("\x03\xe9server shutting down"), client->message());
  }

  void testSubprotocol() {
    const auto answered = [](Rig& rig, std::string_view fields) {
      auto client = rig.connect();
      client->handshake(fields);
      return client->head();
    };
    constexpr auto Offered = "Sec-WebSocket-Protocol: chat.v2, chat.v1\r\n";
    Rig first;
    CPPUNIT_ASSERT(answered(first, Offered).find("Sec-WebSocket-Protocol: chat.v2\r\n") != std::string::npos);
    Rig absent;
    CPPUNIT_ASSERT(answered(absent, "").find("Sec-WebSocket-Protocol") == std::string::npos);
    Rig chosen;
    chosen.sink.connecting = [](Peer& peer) {
      CPPUNIT_ASSERT_EQUAL(std::size_t{2}, peer.offeredSubprotocols().size());
      peer.accept(peer.offeredSubprotocols().back());
    };
    CPPUNIT_ASSERT(answered(chosen, Offered).find("Sec-WebSocket-Protocol: chat.v1\r\n") != std::string::npos);
    Rig none;
    none.sink.connecting = [](Peer& peer) { peer.accept({}); };
    CPPUNIT_ASSERT(answered(none, Offered).find("Sec-WebSocket-Protocol") == std::string::npos);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PeerTest);

}  // namespace
}  // namespace chat::plainws
