#include <cppunit/extensions/HelperMacros.h>

#include "http/ChunkDecoder.h"

using chat::http::ChunkDecoder;

class ChunkDecoderTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ChunkDecoderTest);
  CPPUNIT_TEST(joinsChunksSplitAtEveryByte);
  CPPUNIT_TEST(stopsBehindTheLastChunk);
  CPPUNIT_TEST(refusesASizeBeyondTheLimitAtOnce);
  CPPUNIT_TEST(boundsTrailers);
  CPPUNIT_TEST_SUITE_END();

 public:
  void joinsChunksSplitAtEveryByte() {
    const std::string text = "3\r\nabc\r\n000000000000002;e=f\r\n\r\n\r\n0\r\nT: u\r\n\r\n";
    for (std::size_t split = 0; split <= text.size(); ++split) {
      ChunkDecoder decoder;
      std::string body;
      auto step = decoder.decode(text.substr(0, split), body, 5);
      if (split < text.size()) {
        CPPUNIT_ASSERT(step.status == ChunkDecoder::Status::NeedMore);
        step = decoder.decode(text.substr(split), body, 5);
      }
      CPPUNIT_ASSERT(step.status == ChunkDecoder::Status::Complete);
      CPPUNIT_ASSERT_EQUAL(std::string("abc\r\n"), body);
    }
  }

  void stopsBehindTheLastChunk() {
    ChunkDecoder decoder;
    std::string body;
    const auto step = decoder.decode("0\r\n\r\nGET", body, 0);
    CPPUNIT_ASSERT(step.status == ChunkDecoder::Status::Complete);
    CPPUNIT_ASSERT_EQUAL(std::size_t{5}, step.consumed);
  }

  void refusesASizeBeyondTheLimitAtOnce() {
    ChunkDecoder decoder;
    std::string body;
    CPPUNIT_ASSERT(decoder.decode("fffffffffffffff0\r\n", body, 1 << 20).status == ChunkDecoder::Status::TooLarge);
    CPPUNIT_ASSERT(body.capacity() < 1024);
  }

  void boundsTrailers() {
    ChunkDecoder decoder;
    std::string body;
    CPPUNIT_ASSERT(decoder.decode("0\r\n", body, 0).status == ChunkDecoder::Status::NeedMore);
    auto status = ChunkDecoder::Status::NeedMore;
    std::size_t taken = 0;
    while (status == ChunkDecoder::Status::NeedMore && taken <= 2 * ChunkDecoder::MaxOverhead) {
      status = decoder.decode("Trailer: value\r\n", body, 0).status;
      taken += 16;
    }
    CPPUNIT_ASSERT(status == ChunkDecoder::Status::Malformed);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChunkDecoderTest);
