#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/websocket/Deflate.h"
#include "core/websocket/Frames.h"
#include "net/Loop.h"
#include "support/Receive.h"
#include "websocket/Compression.h"
#include "websocket/Session.h"

namespace chat::websocket {
namespace {

/// Sends back what it gets, and logs it.
class EchoSink final : public MessageSink {
 public:
  Session* session = nullptr;
  std::string reason = "bye";
  std::vector<std::string> received;  // read after `closed`
  std::promise<CloseCode> closed;

  void onText(std::string_view text) override {
    received.emplace_back(text);
    if (text == "pause and close") session->pauseReading();
    if (text.ends_with("close")) return session->close(CloseCode::GoingAway, reason);
    session->sendText(std::span(&text, 1));
  }
  void onBinary(std::string_view bytes) override {
    received.emplace_back(bytes);
    session->sendBinary(bytes);
  }
  void onClosed(CloseCode code) override { closed.set_value(code); }
};

/// A session on a loop of its own, and the client's end of its connection.
class Rig {
 public:
  explicit Rig(const Options& options = {}, const DeflateAgreement* agreement = nullptr) {
    std::array<int, 2> ends;
    CPPUNIT_ASSERT_EQUAL(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()));
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    _client = ends[1];
    const timeval limit{10, 0};
    setsockopt(_client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    auto compression = agreement ? std::make_unique<Compression>(options.deflate, *agreement, _loop) : nullptr;
    auto session = std::make_unique<Session>(options, std::move(compression));
    sink.session = session.get();
    auto& connection = _loop.adopt(ends[0], std::move(session));
    sink.session->start(connection, &sink);
    _thread = std::thread([this] { _loop.run(); });
  }
  ~Rig() {
    _loop.stop();
    _thread.join();
    ::close(_client);
  }
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  void send(std::string_view bytes) {
    CPPUNIT_ASSERT_EQUAL(static_cast<ssize_t>(bytes.size()), ::send(_client, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  /// All bytes until the server ends the connection; empty if it doesn't.
  std::string rest() {
    std::string all;
    std::array<char, 4096> buffer;
    for (;;) {
      const auto count = test::receive(_client, buffer);
      if (count <= 0) return count == 0 ? all : std::string();
      all.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }
  std::string read(std::size_t count) {
    std::string bytes(count, '\0');
    CPPUNIT_ASSERT_EQUAL(count, test::receiveAll(_client, bytes));
    return bytes;
  }
  /// Whether the server ends the connection although the client reads nothing.
  bool hungUp() {
    pollfd waiting{_client, 0, 0};
    return ::poll(&waiting, 1, 10'000) == 1 && (waiting.revents & POLLHUP) != 0;
  }
  CloseCode closed() { return sink.closed.get_future().get(); }

  EchoSink sink;

 private:
  net::Loop _loop{0, {}};
  std::thread _thread;
  int _client = -1;
};

std::string closePayload(int code, std::string_view reason = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)}.append(reason);
}

/// A server's frame of less than 126 bytes.
std::string serverFrame(unsigned first, std::string_view payload) {
  return std::string{static_cast<char>(first), static_cast<char>(payload.size())}.append(payload);
}

Options small() {
  Options options;
  options.limits = {1000, 4};
  options.deflate.enabled = true;
  options.deflate.threshold = 0;
  return options;
}

constexpr DeflateAgreement Default{};

}  // namespace

class SessionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SessionTest);
  CPPUNIT_TEST(theClientsCloseIsAnsweredAndTheLast);
  CPPUNIT_TEST(closeWithoutACode);
  CPPUNIT_TEST(ourCloseIsFollowedByNothing);
  CPPUNIT_TEST(theCloseOfAPausedClientIsStillRead);
  CPPUNIT_TEST(aClientThatDoesNotAnswerOurCloseIsDropped);
  CPPUNIT_TEST(aClientThatClosesAndReadsNothingIsDropped);
  CPPUNIT_TEST(aLongReasonIsCutBetweenCharacters);
  CPPUNIT_TEST(faultsAreAnsweredWithTheirCode);
  CPPUNIT_TEST(pingBetweenFragmentsIsAnsweredAtOnce);
  CPPUNIT_TEST(compressedBothWays);
  CPPUNIT_TEST(compressedFragmentsWithAPingBetween);
  CPPUNIT_TEST(aBombIsRefusedWhileItIsInflated);
  CPPUNIT_TEST(compressionFaults);
  CPPUNIT_TEST(theLongestCompressedMessagePasses);
  CPPUNIT_TEST_SUITE_END();

 public:
  void theClientsCloseIsAnsweredAndTheLast() {
    Rig rig;
    rig.send(frame(0x81, "a") + frame(0x88, closePayload(4000, "why")) + frame(0x81, "after") + frame(0x89, "p"));
    CPPUNIT_ASSERT_EQUAL(serverFrame(0x81, "a") + serverFrame(0x88, closePayload(4000)), rig.rest());
    CPPUNIT_ASSERT(rig.closed() == static_cast<CloseCode>(4000));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sink.received.size());
  }

  void closeWithoutACode() {
    Rig rig;
    rig.send(frame(0x88, ""));
    CPPUNIT_ASSERT_EQUAL(serverFrame(0x88, ""), rig.rest());
    CPPUNIT_ASSERT(rig.closed() == CloseCode::NoStatus);
  }

  void ourCloseIsFollowedByNothing() {
    Rig rig;
    rig.send(frame(0x81, "close") + frame(0x81, "ignored") + frame(0x89, "p") + frame(0x88, closePayload(1001)));
    CPPUNIT_ASSERT_EQUAL(serverFrame(0x88, closePayload(1001, "bye")), rig.rest());
    CPPUNIT_ASSERT(rig.closed() == CloseCode::GoingAway);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sink.received.size());
  }

  void theCloseOfAPausedClientIsStillRead() {
    Rig rig;
    rig.send(frame(0x81, "pause and close"));
    const auto bye = serverFrame(0x88, closePayload(1001, "bye"));
    CPPUNIT_ASSERT_EQUAL(bye, rig.read(bye.size()));
    rig.send(frame(0x81, "ignored") + frame(0x88, closePayload(1001)));
    CPPUNIT_ASSERT(rig.hungUp());
    CPPUNIT_ASSERT(rig.closed() == CloseCode::GoingAway);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sink.received.size());
  }

  void aClientThatDoesNotAnswerOurCloseIsDropped() {
    Options options;
    options.closeTimeout = base::Duration{20};
    Rig rig(options);
    rig.send(frame(0x81, "close"));
    CPPUNIT_ASSERT_EQUAL(serverFrame(0x88, closePayload(1001, "bye")), rig.rest());
    CPPUNIT_ASSERT(rig.closed() == CloseCode::AbnormalClosure);
  }

  void aClientThatClosesAndReadsNothingIsDropped() {
    for (const auto& last : {frame(0x88, ""), frame(0x83, "a fault")}) {
      Options options;
      options.closeTimeout = base::Duration{20};
      Rig rig(options);
      for (int i = 0; i < 5; ++i) rig.send(frame(0x82, std::string(200'000, 'x')));  // more than its buffers hold
      rig.send(last);
      CPPUNIT_ASSERT(rig.hungUp());
      rig.closed();
    }
  }

  void aLongReasonIsCutBetweenCharacters() {
    Rig rig;
    rig.sink.reason = std::string(122, 'x') + "\xC3\xBC and more";
    rig.send(frame(0x81, "close"));
    CPPUNIT_ASSERT_EQUAL(serverFrame(0x88, closePayload(1001, std::string(122, 'x'))), rig.read(2 + 2 + 122));
  }

  void faultsAreAnsweredWithTheirCode() {
    const std::vector<std::pair<std::string, int>> rows{
        {frame(0xC1, "rsv1"), 1002},  // nothing was agreed on
        {frame(0x83, "opcode"), 1002},
        {std::string("\x81\x05hello", 7), 1002},  // not masked
        {frame(0x80, "no message"), 1002},
        {frame(0x01, "a") + frame(0x81, "b"), 1002},
        {frame(0x09, "fragmented ping"), 1002},
        {frame(0x88, "x"), 1002},
        {frame(0x88, closePayload(1005)), 1002},
        {frame(0x88, closePayload(1000, "\xFF")), 1007},
        {frame(0x81, "\xFF"), 1007},
        {frame(0x82, std::string(1001, 'x')), 1009},
        {frame(0x02, "") + frame(0x00, "") + frame(0x00, "") + frame(0x00, "") + frame(0x00, ""), 1008},
    };
    for (const auto& [bytes, code] : rows) {
      Rig rig(small());
      rig.send(bytes + frame(0x81, "after"));
      CPPUNIT_ASSERT_EQUAL(serverFrame(0x88, closePayload(code)), rig.rest());
      CPPUNIT_ASSERT(rig.closed() == static_cast<CloseCode>(code));
    }
  }

  void pingBetweenFragmentsIsAnsweredAtOnce() {
    Rig rig;
    rig.send(frame(0x01, "Hel") + frame(0x89, "p"));
    CPPUNIT_ASSERT_EQUAL(serverFrame(0x8A, "p"), rig.read(3));
    rig.send(frame(0x80, "lo"));
    CPPUNIT_ASSERT_EQUAL(serverFrame(0x81, "Hello"), rig.read(7));
  }

  void compressedBothWays() {
    for (const bool context : {false, true}) {
      const DeflateAgreement agreement{!context, !context, 15, 15};
      Rig rig(small(), &agreement);
      auto deflate = std::make_unique<PeerDeflate>();
      PeerInflate inflate;
      for (int i = 0; i < 3; ++i) {
        const auto text = chatter(900);
        rig.send(frame(i == 1 ? 0xC2 : 0xC1, deflate->compress(text)));
        auto head = rig.read(2);
        CPPUNIT_ASSERT_EQUAL(i == 1 ? '\xC2' : '\xC1', head[0]);
        std::size_t length = static_cast<unsigned char>(head[1]);
        if (length == 126) {
          head = rig.read(2);
          length =
              static_cast<std::size_t>(static_cast<unsigned char>(head[0]) << 8 | static_cast<unsigned char>(head[1]));
        }
        CPPUNIT_ASSERT_EQUAL(text, inflate.inflate(rig.read(length)));
        if (context) continue;
        deflate = std::make_unique<PeerDeflate>();
        inflate.reset();
        rig.send(frame(
            0x81,
            "plain"));  // uncompressed ones are allowed too; this one comes back uncompressed, since it gets no smaller
        CPPUNIT_ASSERT_EQUAL(serverFrame(0x81, "plain"), rig.read(7));
      }
    }
  }

  void compressedFragmentsWithAPingBetween() {
    Rig rig(small(), &Default);
    const auto payload = PeerDeflate().compress("Hello, Hello, Hello");
    for (std::size_t split = 0; split <= payload.size(); ++split) {
      rig.send(frame(0x41, std::string_view(payload).substr(0, split)) + frame(0x89, "p") +
               frame(0x80, std::string_view(payload).substr(split)));
      CPPUNIT_ASSERT_EQUAL(serverFrame(0x8A, "p"), rig.read(3));
      const auto head = rig.read(2);
      rig.read(static_cast<std::size_t>(head[1]));
    }
    rig.send(frame(0x88, ""));
    rig.rest();
    rig.closed();
    CPPUNIT_ASSERT_EQUAL(payload.size() + 1, rig.sink.received.size());
    for (const auto& text : rig.sink.received) CPPUNIT_ASSERT_EQUAL(std::string("Hello, Hello, Hello"), text);
  }

  void aBombIsRefusedWhileItIsInflated() {
    // 1 MB of one byte: a frame of 1.1 KB, which is within the limit itself, and one that hasn't ended yet.
    for (const unsigned first : {0xC1U, 0x41U}) {
      Rig rig(small(), &Default);
      auto bomb = PeerDeflate(15, 9).compress(std::string(1'000'000, 'x'));
      bomb.resize(std::min<std::size_t>(bomb.size(), 1000));
      rig.send(frame(first, bomb));
      CPPUNIT_ASSERT_EQUAL(serverFrame(0x88, closePayload(1009)), rig.rest());
      CPPUNIT_ASSERT(rig.closed() == CloseCode::MessageTooBig);
      CPPUNIT_ASSERT(rig.sink.received.empty());
    }
  }

  void compressionFaults() {
    const auto hello = PeerDeflate().compress("Hello");
    const std::vector<std::pair<std::string, int>> rows{
        {frame(0xC1, "\xFF\xFF\xFF"), 1007},
        {frame(0xC1, PeerDeflate().compress("\xFF")), 1007},
        {frame(0x41, PeerDeflate().compress("\xFF")), 1007},                     // before the message has ended
        {frame(0xC9, hello), 1002},                                              // RSV1 on a control frame
        {frame(0x41, hello.substr(0, 3)) + frame(0xC0, hello.substr(3)), 1002},  // and on a continuation
        {frame(0xC2, std::string(1200, 'x')), 1009},                             // longer than any legal frame
    };
    for (const auto& [bytes, code] : rows) {
      Rig rig(small(), &Default);
      rig.send(bytes);
      CPPUNIT_ASSERT_EQUAL(serverFrame(0x88, closePayload(code)), rig.rest());
    }
  }

  void theLongestCompressedMessagePasses() {
    std::string noise;
    for (unsigned i = 0, seed = 7; i < 1000; ++i)
      noise += static_cast<char>((seed = seed * 1664525U + 1013904223U) >> 24);
    for (const auto& bytes : {noise, std::string(1000, 'x')}) {
      Rig rig(small(), &Default);
      rig.send(frame(0xC2, PeerDeflate(15, 1).compress(bytes)) + frame(0x88, ""));
      CPPUNIT_ASSERT(!rig.rest().empty());
      rig.closed();
      CPPUNIT_ASSERT(rig.sink.received == std::vector<std::string>{bytes});
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionTest);

}  // namespace chat::websocket
