#include <cppunit/extensions/HelperMacros.h>

#include "core/websocket/Deflate.h"
#include "websocket/Deflater.h"

namespace chat::websocket {
namespace {

std::string compressed(Deflater& deflater, std::string_view text) {
  return std::string(deflater.compress(std::span(&text, 1)));
}

}  // namespace

class DeflaterTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DeflaterTest);
  CPPUNIT_TEST(everyWindowIsReadWithOneOfItsSize);
  CPPUNIT_TEST(contextMakesMessagesShorter);
  CPPUNIT_TEST(afterAResetNothingIsReferredTo);
  CPPUNIT_TEST(piecesAreOneMessage);
  CPPUNIT_TEST(emptyMessages);
  CPPUNIT_TEST(anyLengthOfOutput);
  CPPUNIT_TEST_SUITE_END();

 public:
  // zlib can't compress for a window of 8 bits, but the receiver has one.
  void everyWindowIsReadWithOneOfItsSize() {
    for (int bits = 8; bits <= 15; ++bits) {
      for (const int level : {1, 3, 6, 9}) {
        for (const int memoryLevel : {1, 8, 9}) {
          Deflater deflater({bits, memoryLevel, level});
          PeerInflate peer(bits);
          for (unsigned i = 0; i < 20; ++i) {
            const auto text = chatter(1 + i * 731, i);
            CPPUNIT_ASSERT_EQUAL(text, peer.inflate(compressed(deflater, text)));
          }
        }
      }
    }
  }

  void contextMakesMessagesShorter() {
    Deflater deflater({});
    const auto text = chatter(2000);
    const auto first = compressed(deflater, text).size();
    CPPUNIT_ASSERT(compressed(deflater, text).size() < first / 4);
  }

  void afterAResetNothingIsReferredTo() {
    Deflater deflater({});
    const auto text = chatter(2000);
    const auto first = compressed(deflater, text);
    deflater.reset();
    CPPUNIT_ASSERT(first == compressed(deflater, text));
  }

  void piecesAreOneMessage() {
    Deflater deflater({});
    PeerInflate peer;
    const std::string_view pieces[] = {"", "42", "", "[\"message\",", "\"hello\"", "]", ""};
    CPPUNIT_ASSERT_EQUAL(std::string("42[\"message\",\"hello\"]"), peer.inflate(deflater.compress(pieces)));
  }

  void emptyMessages() {
    Deflater deflater({});
    PeerInflate peer;
    for (int i = 0; i < 3; ++i) {
      CPPUNIT_ASSERT_EQUAL(std::string(1, '\0'), compressed(deflater, ""));
      CPPUNIT_ASSERT_EQUAL(std::string("Hello"), peer.inflate(compressed(deflater, "Hello")));
      CPPUNIT_ASSERT_EQUAL(std::string(), peer.inflate(compressed(deflater, "")));
    }
  }

  // Incompressible, of every length near that of the output buffer.
  void anyLengthOfOutput() {
    Deflater deflater({});
    PeerInflate peer;
    std::string noise;
    for (unsigned i = 0, seed = 7; i < 17'000; ++i)
      noise += static_cast<char>((seed = seed * 1664525U + 1013904223U) >> 24);
    for (std::size_t size = 16'300; size < 16'420; ++size) {
      const auto part = std::string_view(noise).substr(0, size);
      CPPUNIT_ASSERT(peer.inflate(compressed(deflater, part)) == part);
    }
    const auto large = chatter(3'000'000);
    CPPUNIT_ASSERT(peer.inflate(compressed(deflater, large)) == large);
    CPPUNIT_ASSERT_EQUAL(std::string("Hello"), peer.inflate(compressed(deflater, "Hello")));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeflaterTest);

}  // namespace chat::websocket
