#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>
#include <vector>

#include "core/websocket/Deflate.h"
#include "websocket/Inflater.h"

namespace chat::websocket {
namespace {

/// Nothing if it isn't DEFLATE. The payload is fed in two parts.
std::optional<std::string> inflated(Inflater& inflater, std::string_view payload, std::size_t split, bool last = true) {
  std::string text;
  for (const bool second : {false, true}) {
    inflater.feed(second ? payload.substr(split) : payload.substr(0, split), second && last);
    for (auto status = Inflater::Status::Output; status != Inflater::Status::Done;) {
      std::string_view out;
      status = inflater.next(std::size_t{1} << 30, out);
      if (status == Inflater::Status::Bad) return std::nullopt;
      text += out;
    }
  }
  return text;
}

}  // namespace

class InflaterTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(InflaterTest);
  CPPUNIT_TEST(examplesOfTheRfc);
  CPPUNIT_TEST(splitAtEveryByte);
  CPPUNIT_TEST(aFinalBlockDoesNotEndTheMessage);
  CPPUNIT_TEST(contextIsTakenOver);
  CPPUNIT_TEST(contextIsWhatWasSentAndNoMoreThanTheWindow);
  CPPUNIT_TEST(withoutContextNothingIsKept);
  CPPUNIT_TEST(messagesOfManyConnectionsAtOnce);
  CPPUNIT_TEST(noMoreThanAskedForComesOut);
  CPPUNIT_TEST(faults);
  CPPUNIT_TEST_SUITE_END();

 public:
  void examplesOfTheRfc() {  // RFC 7692, section 7.2.3
    const std::vector<std::string> payloads{
        std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7),                   // a fixed block
        std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11),  // no compression
        std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8),               // BFINAL
        std::string("\xf3\x48\xcd\xc9\xc9\x07\x00", 7),                   // BFINAL without the byte that must follow
        std::string("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13),  // two blocks
    };
    for (const auto& payload : payloads) {
      Inflater inflater(15, false);
      CPPUNIT_ASSERT_EQUAL(std::string("Hello"), inflated(inflater, payload, 0).value());
    }
    Inflater inflater(15, true);
    CPPUNIT_ASSERT_EQUAL(std::string("Hello"), inflated(inflater, payloads[0], 0).value());
    CPPUNIT_ASSERT_EQUAL(std::string("Hello"),
                         inflated(inflater, std::string_view("\xf2\x00\x11\x00\x00", 5), 0).value());
    CPPUNIT_ASSERT_EQUAL(std::string(), inflated(inflater, std::string_view("\x00", 1), 0).value());
    CPPUNIT_ASSERT_EQUAL(std::string(), inflated(inflater, "", 0).value());  // as sent by some clients
    CPPUNIT_ASSERT_EQUAL(std::string("Hello"), inflated(inflater, payloads[0], 0).value());
  }

  void splitAtEveryByte() {
    PeerDeflate peer;
    Inflater inflater(15, true);
    for (std::size_t split = 0;; ++split) {
      const auto text = chatter(2000, static_cast<unsigned>(split));
      const auto payload = peer.compress(text);
      if (split > payload.size()) break;
      CPPUNIT_ASSERT_EQUAL(text, inflated(inflater, payload, split).value());
    }
  }

  void aFinalBlockDoesNotEndTheMessage() {
    PeerDeflate peer;
    Inflater inflater(15, true);
    const auto first = chatter(3000);
    const auto payload = peer.compressWithFinalBlock(first);
    for (std::size_t split = 0; split <= payload.size(); ++split) {
      CPPUNIT_ASSERT_EQUAL(first, inflated(inflater, payload, split).value());
    }
    // The window continues after such a block: there are two, the second of which refers to the first.
    CPPUNIT_ASSERT_EQUAL(std::string("Hello"),
                         inflated(inflater, std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8), 7).value());
    CPPUNIT_ASSERT_EQUAL(std::string("Hello"), inflated(inflater, std::string("\xf3\x00\x11\x00\x00", 5), 3).value());
  }

  void contextIsTakenOver() {
    for (const int bits : {9, 12, 15}) {
      PeerDeflate peer(bits);
      Inflater inflater(bits, true);
      for (unsigned i = 0; i < 200; ++i) {
        const auto text = chatter(i * 37 % 5000, i);
        if (text.empty()) continue;
        CPPUNIT_ASSERT_EQUAL(text, inflated(inflater, peer.compress(text), 0).value());
      }
      const auto large = chatter(300'000);  // more than the output buffer and the window
      CPPUNIT_ASSERT_EQUAL(large, inflated(inflater, peer.compress(large), 1000).value());
      CPPUNIT_ASSERT_EQUAL(large, inflated(inflater, peer.compress(large), 0).value());
    }
  }

  void contextIsWhatWasSentAndNoMoreThanTheWindow() {
    PeerDeflate peer(10);
    Inflater inflater(10, true);
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, inflater.contextSize());
    inflated(inflater, peer.compress("Hello"), 0);
    CPPUNIT_ASSERT_EQUAL(std::size_t{5}, inflater.contextSize());
    inflated(inflater, peer.compress(chatter(100'000)), 0);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1024}, inflater.contextSize());
  }

  void withoutContextNothingIsKept() {
    PeerDeflate peer;
    Inflater inflater(15, false);
    CPPUNIT_ASSERT_EQUAL(std::string("Hello"), inflated(inflater, peer.compress("Hello"), 0).value());
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, inflater.contextSize());
    CPPUNIT_ASSERT(!inflated(inflater, std::string_view("\xf2\x00\x11\x00\x00", 5), 0).has_value());
  }

  void messagesOfManyConnectionsAtOnce() {
    constexpr std::size_t Count = 20;  // more than the streams that a thread keeps
    PeerDeflate peers[Count];
    std::vector<std::unique_ptr<Inflater>> inflaters;
    for (std::size_t i = 0; i < Count; ++i) inflaters.push_back(std::make_unique<Inflater>(15, true));
    for (unsigned round = 0; round < 3; ++round) {
      std::vector<std::string> texts;
      std::vector<std::string> payloads;
      std::vector<std::string> got(Count);
      for (std::size_t i = 0; i < Count; ++i) {
        texts.push_back(chatter(4000, static_cast<unsigned>(i) + 100 * round));
        payloads.push_back(peers[i].compress(texts.back()));
      }
      for (const bool second : {false, true}) {
        for (std::size_t i = 0; i < Count; ++i) {
          const std::string_view payload = payloads[i];
          inflaters[i]->feed(second ? payload.substr(100) : payload.substr(0, 100), second);
          std::string_view out;
          CPPUNIT_ASSERT(inflaters[i]->next(1 << 20, out) == Inflater::Status::Done);
          got[i] += out;
        }
      }
      CPPUNIT_ASSERT(got == texts);
    }
  }

  void noMoreThanAskedForComesOut() {
    PeerDeflate peer;
    const auto bomb = peer.compress(std::string(10'000'000, 'x'));
    CPPUNIT_ASSERT(bomb.size() < 20'000);
    Inflater inflater(15, true);
    inflater.feed(bomb, true);
    std::string_view out;
    CPPUNIT_ASSERT(inflater.next(101, out) == Inflater::Status::Output);
    CPPUNIT_ASSERT_EQUAL(std::size_t{101}, out.size());
  }

  void faults() {
    const std::string good = PeerDeflate().compress(chatter(500));
    const std::vector<std::string> rows{
        std::string("\xff\xff\xff\xff", 4),          // no such block type
        std::string("\x00\x05\x00\xfa\xfe\x48", 6),  // a stored block whose length and complement disagree
        std::string("\x02", 1),                      // a block that doesn't end
        good.substr(0, good.size() / 2),
        std::string("\xf2\x00\x11\x00\x00", 5),  // refers to data before the beginning
    };
    for (const auto& row : rows) {
      for (std::size_t split = 0; split <= row.size(); ++split) {
        Inflater inflater(15, true);
        CPPUNIT_ASSERT(!inflated(inflater, row, split).has_value());
      }
    }
    Inflater other(15, true);  // the thread's streams can still be used
    CPPUNIT_ASSERT_EQUAL(chatter(500), inflated(other, good, 3).value());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InflaterTest);

}  // namespace chat::websocket
