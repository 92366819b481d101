// Several sessions on one loop: deferred input, what is sent in the same turn, what isn't compressed.
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/SharedBuffer.h"
#include "core/websocket/Deflate.h"
#include "core/websocket/Frames.h"
#include "net/Loop.h"
#include "support/OnLoop.h"
#include "support/Receive.h"
#include "websocket/Compression.h"
#include "websocket/FrameWriter.h"
#include "websocket/Session.h"

namespace chat::websocket {
namespace {

/// One client of the loop: both ends of its connection, and what came.
class Client final : public MessageSink {
 public:
  Client(net::Loop& loop, const Options& options) : _loop(loop) {
    std::array<int, 2> ends;
    CPPUNIT_ASSERT_EQUAL(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()));
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    descriptor = ends[1];
    const timeval limit{10, 0};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    auto owned =
        std::make_unique<Session>(options, std::make_unique<Compression>(options.deflate, DeflateAgreement{}, loop));
    session = owned.get();
    session->start(loop.adopt(ends[0], std::move(owned)), this);
  }
  ~Client() override { ::close(descriptor); }

  void send(std::string_view bytes) {
    CPPUNIT_ASSERT_EQUAL(static_cast<ssize_t>(bytes.size()),
                         ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  std::string read(std::size_t count) {
    std::string bytes(count, '\0');
    CPPUNIT_ASSERT_EQUAL(count, test::receiveAll(descriptor, bytes));
    return bytes;
  }
  /// Runs a call on the loop and waits for it.
  void on(const std::function<void()>& call) { chat::test::onLoop(_loop, call); }

  void onText(std::string_view text) override {
    received.emplace_back(text.substr(0, text.find('.')));
    if (heard) heard();
  }
  void onBinary(std::string_view) override {}
  void onDrained() override { drained.set_value(); }
  void onClosed(CloseCode code) override {
    session = nullptr;
    closed.set_value(code);
  }

  int descriptor = -1;
  Session* session = nullptr;
  std::vector<std::string> received;
  std::function<void()> heard;
  std::promise<void> drained;
  std::promise<CloseCode> closed;

 private:
  net::Loop& _loop;
};

/// A loop that isn't running yet, with two clients.
class Rig {
 public:
  ~Rig() {
    loop.stop();
    if (_thread.joinable()) _thread.join();
  }
  void run() {
    _thread = std::thread([this] { loop.run(); });
  }
  static Options options() {
    Options options;
    options.deflate.enabled = true;
    options.deflate.threshold = 0;
    return options;
  }
  net::Loop loop{0, {}};
  Client greedy{loop, options()};
  Client other{loop, options()};

 private:
  std::thread _thread;
};

constexpr std::size_t Size = 100'000;
constexpr std::size_t Count = 100;
constexpr std::size_t AtOnce = Session::MaxInflatedAtOnce / Size + 1;

/// Ten megabytes in some ten kilobytes, so that one read has them all.
std::string bombs() {
  std::string frames;
  for (std::size_t i = 0; i < Count; ++i) {
    frames += frame(0xC1, PeerDeflate(15, 9).compress(std::to_string(i) + std::string(Size, '.')));
  }
  return frames;
}

std::vector<std::string> numbers() {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < Count; ++i) all.push_back(std::to_string(i));
  return all;
}

}  // namespace

class SharedLoopTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SharedLoopTest);
  CPPUNIT_TEST(othersAreServedWhileAClientHasALotInflated);
  CPPUNIT_TEST(deferredInputWaitsForReadingToGoOn);
  CPPUNIT_TEST(packetsBeforeAClientsCloseAreHandled);
  CPPUNIT_TEST(aSessionThatEndsMeanwhileHearsNoMore);
  CPPUNIT_TEST(bytesOfTheSameTurnAreNoReasonToDrop);
  CPPUNIT_TEST(uncompressedWhereTheMessageSaysSo);
  CPPUNIT_TEST_SUITE_END();

 public:
  void othersAreServedWhileAClientHasALotInflated() {
    Rig rig;
    std::size_t before = 0;
    std::promise<void> served;
    std::promise<void> all;
    rig.greedy.heard = [&] {
      if (rig.greedy.received.size() == 1) rig.other.send(frame(0x81, "me too"));
      if (rig.greedy.received.size() == Count) all.set_value();
    };
    rig.other.heard = [&] {
      before = rig.greedy.received.size();
      served.set_value();
    };
    rig.greedy.send(bombs());
    rig.run();
    served.get_future().get();
    all.get_future().get();
    // The turn that handled it, its timers, and the turn that finds the other client, whichever is read first.
    CPPUNIT_ASSERT(before <= 3 * AtOnce);
    rig.greedy.on([&] { CPPUNIT_ASSERT(numbers() == rig.greedy.received); });
  }

  void deferredInputWaitsForReadingToGoOn() {
    Rig rig;
    std::promise<void> paused;
    std::promise<void> all;
    rig.greedy.heard = [&] {
      if (rig.greedy.received.size() == AtOnce) {
        rig.greedy.session->pauseReading();
        paused.set_value();
      }
      if (rig.greedy.received.size() == Count) all.set_value();
    };
    rig.greedy.send(bombs());
    rig.run();
    paused.get_future().get();
    for (int turn = 0; turn < 20; ++turn) {
      rig.greedy.on([&] { CPPUNIT_ASSERT_EQUAL(AtOnce, rig.greedy.received.size()); });
    }
    rig.greedy.on([&] { rig.greedy.session->resumeReading(); });
    // And once while its input is deferred.
    for (int turn = 0; turn < 3; ++turn) {
      rig.greedy.on([&] { rig.greedy.session->pauseReading(); });
      rig.greedy.on([&] { rig.greedy.session->resumeReading(); });
    }
    all.get_future().get();
    rig.greedy.on([&] { CPPUNIT_ASSERT(numbers() == rig.greedy.received); });
  }

  void packetsBeforeAClientsCloseAreHandled() {
    Rig rig;
    rig.greedy.send(bombs() + frame(0x88, ""));
    rig.run();
    CPPUNIT_ASSERT(rig.greedy.closed.get_future().get() == CloseCode::NoStatus);
    CPPUNIT_ASSERT(numbers() == rig.greedy.received);
  }

  void aSessionThatEndsMeanwhileHearsNoMore() {
    Rig rig;
    rig.greedy.heard = [&] {
      if (rig.greedy.received.size() == 2 * AtOnce) rig.greedy.session->abort();
    };
    rig.greedy.send(bombs());
    rig.run();
    rig.greedy.closed.get_future().get();
    CPPUNIT_ASSERT(rig.greedy.received.size() <= 3 * AtOnce);
  }

  void bytesOfTheSameTurnAreNoReasonToDrop() {
    Rig rig;
    rig.run();
    auto& client = rig.other;
    const std::string_view hello = "hello";
    const std::string noise = chatter(80'000);
    const std::string_view chunk = noise;
    client.on([&] {
      CPPUNIT_ASSERT(client.session->writable());
      client.session->sendText(std::span(&hello, 1));
      CPPUNIT_ASSERT(client.session->backlog() > 0);
      CPPUNIT_ASSERT(client.session->writable());
    });
    client.on([&] { CPPUNIT_ASSERT(client.session->writable()); });
    std::size_t sent = 0;
    for (bool isWritable = true; isWritable; ++sent) {
      client.on([&] { client.session->sendText(std::span(&chunk, 1), Compress::No); });
      client.on([&] { isWritable = client.session->writable(); });
      CPPUNIT_ASSERT(sent < 100);
    }
    client.read(2 + hello.size() + sent * (10 + chunk.size()));
    client.drained.get_future().get();
    client.on([&] { CPPUNIT_ASSERT(client.session->writable()); });
  }

  void uncompressedWhereTheMessageSaysSo() {
    Rig rig;
    rig.run();
    const std::string text(100, 'x');
    const std::string_view view = text;
    const FrameHead head(Opcode::Text, text.size());
    const std::string_view parts[] = {head.view(), view};
    const auto made = base::SharedBuffer::join(parts);
    for (const auto compress : {Compress::IfAgreed, Compress::No}) {
      rig.other.on([&] {
        rig.other.session->sendText(std::span(&view, 1), compress);
        rig.other.session->sendFrame(base::BufferSlice(made), compress);
      });
      for (int i = 0; i < 2; ++i) {
        const auto begin = rig.other.read(2);
        CPPUNIT_ASSERT_EQUAL(compress == Compress::No ? '\x81' : '\xC1', begin[0]);
        const auto rest = rig.other.read(static_cast<std::size_t>(begin[1]));
        if (compress == Compress::No) CPPUNIT_ASSERT_EQUAL(text, rest);
      }
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SharedLoopTest);

}  // namespace chat::websocket
