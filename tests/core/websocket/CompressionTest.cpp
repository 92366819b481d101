#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

#include "core/websocket/Deflate.h"
#include "net/Loop.h"
#include "websocket/Compression.h"
#include "websocket/FrameWriter.h"

namespace chat::websocket {
namespace {

constexpr DeflateAgreement WithContext{false, false, 15, 15};
constexpr DeflateAgreement WithoutContext{true, false, 15, 15};

DeflateOptions options() {
  DeflateOptions result;
  result.enabled = true;
  result.threshold = 10;
  result.maxSize = 100'000;
  return result;
}

std::optional<std::string> compressed(Compression& compression, std::string_view text) {
  const auto result = compression.compress(std::span(&text, 1), text.size());
  return result ? std::optional(std::string(*result)) : std::nullopt;
}

base::BufferSlice frameOf(std::string_view payload) {
  const FrameHead head(Opcode::Text, payload.size());
  const std::string_view parts[] = {head.view(), payload};
  return base::BufferSlice(base::SharedBuffer::join(parts));
}

std::string noise(std::size_t size) {
  std::string bytes;
  for (unsigned seed = 7; bytes.size() < size;)
    bytes += static_cast<char>((seed = seed * 1664525U + 1013904223U) >> 24);
  return bytes;
}

}  // namespace

class CompressionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CompressionTest);
  CPPUNIT_TEST(sizesThatAreCompressed);
  CPPUNIT_TEST(withoutContextAMessageStandsByItself);
  CPPUNIT_TEST(withoutContextWhatGetsNoSmallerIsLeft);
  CPPUNIT_TEST(contextComesWithTheFirstMessage);
  CPPUNIT_TEST(contextsAreLimited);
  CPPUNIT_TEST(anIdleContextIsGivenBack);
  CPPUNIT_TEST(aFrameForManyIsCompressedOnce);
  CPPUNIT_TEST(framesWithContextAreEachConnectionsOwn);
  CPPUNIT_TEST(shortFramesStayWhatTheyAre);
  CPPUNIT_TEST_SUITE_END();

  net::Loop _loop{0, {}};

 public:
  void sizesThatAreCompressed() {
    const Compression compression(options(), WithContext, _loop);
    CPPUNIT_ASSERT(!compression.wants(9));
    CPPUNIT_ASSERT(compression.wants(10));
    CPPUNIT_ASSERT(compression.wants(100'000));
    CPPUNIT_ASSERT(!compression.wants(100'001));
  }

  void withoutContextAMessageStandsByItself() {
    Compression compression(options(), WithoutContext, _loop);
    const auto text = chatter(3000);
    for (int i = 0; i < 3; ++i) {
      CPPUNIT_ASSERT_EQUAL(text, PeerInflate().inflate(compressed(compression, text).value()));
    }
  }

  void withoutContextWhatGetsNoSmallerIsLeft() {
    Compression compression(options(), WithoutContext, _loop);
    CPPUNIT_ASSERT(!compressed(compression, noise(500)).has_value());
    const auto frame = frameOf(noise(500));
    CPPUNIT_ASSERT(compression.compress(frame).view().data() == frame.view().data());
  }

  void contextComesWithTheFirstMessage() {
    Compression compression(options(), WithContext, _loop);
    PeerInflate peer;
    const auto text = chatter(3000);
    const auto first = compressed(compression, text).value();
    const auto second = compressed(compression, text).value();
    CPPUNIT_ASSERT(second.size() < first.size() / 4);
    CPPUNIT_ASSERT_EQUAL(text, peer.inflate(first));
    CPPUNIT_ASSERT_EQUAL(text, peer.inflate(second));
    // Incompressible data is sent compressed too, since the next message may refer to it.
    const auto bytes = noise(500);
    CPPUNIT_ASSERT(peer.inflate(compressed(compression, bytes).value()) == bytes);
    CPPUNIT_ASSERT(peer.inflate(compressed(compression, bytes).value()) == bytes);
  }

  void contextsAreLimited() {
    auto few = options();
    few.maxContexts = 2;
    const auto text = chatter(3000);
    std::vector<std::unique_ptr<Compression>> all;
    std::vector<std::unique_ptr<PeerInflate>> peers;
    for (int i = 0; i < 3; ++i) {
      all.push_back(std::make_unique<Compression>(few, WithContext, _loop));
      peers.push_back(std::make_unique<PeerInflate>());
      CPPUNIT_ASSERT_EQUAL(text, peers.back()->inflate(compressed(*all.back(), text).value()));
    }
    // With a context a message that comes again is small.
    const auto sizeOfNext = [&](std::size_t i) {
      const auto next = compressed(*all[i], text).value();
      CPPUNIT_ASSERT_EQUAL(text, peers[i]->inflate(next));
      return next.size();
    };
    const auto whole = sizeOfNext(2);
    CPPUNIT_ASSERT(sizeOfNext(1) < whole / 4);
    CPPUNIT_ASSERT_EQUAL(whole, sizeOfNext(2));
    all[0].reset();
    CPPUNIT_ASSERT_EQUAL(whole, sizeOfNext(2));
    CPPUNIT_ASSERT(sizeOfNext(2) < whole / 4);
  }

  void anIdleContextIsGivenBack() {
    auto impatient = options();
    const auto text = chatter(3000);
    impatient.contextIdleTimeout = base::Duration{1};
    impatient.maxContexts = 1;
    Compression compression(impatient, WithContext, _loop);
    Compression other(impatient, WithContext, _loop);
    std::size_t whole = 0;
    std::promise<void> idle;
    // Once the first connection has given its context back, the other one gets it and its messages become small.
    base::UniqueFunction<void()> look = [&] {
      if (compressed(other, text).value().size() < whole / 4) return idle.set_value();
      _loop.post([&] { look(); });
    };
    std::thread thread([this] { _loop.run(); });
    PeerInflate peer;
    _loop.post([&] {
      const auto first = compressed(compression, text).value();
      CPPUNIT_ASSERT_EQUAL(text, peer.inflate(first));
      whole = first.size();
      look();
    });
    const bool wentIdle = idle.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
    std::promise<std::string> again;  // the peer needn't be told
    _loop.post([&] { again.set_value(peer.inflate(compressed(compression, text).value())); });
    const auto received = again.get_future().get();
    _loop.stop();
    thread.join();
    CPPUNIT_ASSERT(wentIdle);
    CPPUNIT_ASSERT_EQUAL(text, received);
  }

  void aFrameForManyIsCompressedOnce() {
    Compression first(options(), WithoutContext, _loop);
    Compression second(options(), WithoutContext, _loop);
    Compression smaller(options(), {true, false, 9, 15}, _loop);
    const auto text = chatter(5000);
    const auto frame = frameOf(text);
    const auto one = first.compress(frame);
    CPPUNIT_ASSERT(one.view().data() != frame.view().data());
    CPPUNIT_ASSERT(one.view().data() == second.compress(frame).view().data());
    CPPUNIT_ASSERT_EQUAL('\xC1', one.view()[0]);  // FIN, RSV1, text
    CPPUNIT_ASSERT_EQUAL(text, PeerInflate().inflate(one.view().substr(4)));
    const auto other = smaller.compress(frame);
    CPPUNIT_ASSERT(one.view().data() != other.view().data());
    CPPUNIT_ASSERT_EQUAL(text, PeerInflate(9).inflate(other.view().substr(4)));
    const auto next = frameOf(chatter(5000, 2));
    CPPUNIT_ASSERT_EQUAL(chatter(5000, 2), PeerInflate().inflate(first.compress(next).view().substr(4)));
  }

  void framesWithContextAreEachConnectionsOwn() {
    Compression first(options(), WithContext, _loop);
    Compression second(options(), WithContext, _loop);
    PeerInflate peers[2];
    const auto text = chatter(5000);
    const auto frame = frameOf(text);
    for (int i = 0; i < 3; ++i) {
      const auto one = first.compress(frame);
      const auto other = second.compress(frame);
      CPPUNIT_ASSERT(one.view().data() != other.view().data());
      const auto headSize = static_cast<unsigned char>(one.view()[1]) < 126 ? 2U : 4U;
      CPPUNIT_ASSERT_EQUAL(text, peers[0].inflate(one.view().substr(headSize)));
      CPPUNIT_ASSERT_EQUAL(text, peers[1].inflate(other.view().substr(headSize)));
    }
  }

  void shortFramesStayWhatTheyAre() {
    Compression compression(options(), WithContext, _loop);
    const auto frame = frameOf("2");
    CPPUNIT_ASSERT(compression.compress(frame).view().data() == frame.view().data());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CompressionTest);

}  // namespace chat::websocket
