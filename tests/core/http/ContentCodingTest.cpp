#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "http/Compression.h"
#include "http/ContentCoding.h"

namespace chat::http {

class ContentCodingTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ContentCodingTest);
  CPPUNIT_TEST(theClientsWeightDecides);
  CPPUNIT_TEST(textIsMadeSmaller);
  CPPUNIT_TEST(compressibleTypes);
  CPPUNIT_TEST_SUITE_END();

 public:
  void theClientsWeightDecides() {
    constexpr ContentCoding Offered[] = {ContentCoding::Brotli, ContentCoding::Gzip, ContentCoding::Deflate};
    struct Row {
      const char* accept;
      const char* wanted;
    };
    for (const auto& [accept, wanted] : {Row{"", ""},
                                         Row{"gzip", "gzip"},
                                         Row{"GZIP", "gzip"},
                                         Row{"x-gzip", "gzip"},
                                         Row{"gzip, deflate, br", "br"},
                                         Row{"gzip;q=1.0, br;q=0.9", "gzip"},
                                         Row{"br;q=0.001, deflate;q=0.01", "deflate"},
                                         Row{"gzip;q=0", ""},
                                         Row{"gzip;q=0.000", ""},
                                         Row{"*", "br"},
                                         Row{"*;q=0.5, br;q=0", "gzip"},
                                         Row{"*;q=0", ""},
                                         Row{"identity", ""},
                                         Row{"identity, gzip;q=0.5", ""},
                                         Row{"identity;q=0.2, gzip;q=0.5", "gzip"},
                                         Row{"identity;q=0", ""},
                                         Row{"compress, zstd", ""},
                                         Row{" gzip ; q=0.5 ,, br ; q=0.6 ", "br"},
                                         Row{"gzip;q=", "gzip"},
                                         Row{"gzip;q=x;level=9", "gzip"},
                                         Row{"gzip;q", "gzip"},
                                         Row{";q=1", ""}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(accept, std::string(wanted), std::string(name(preferred(accept, Offered))));
    }
  }

  void textIsMadeSmaller() {
    const std::string text(10'000, 'x');
    for (const auto coding : {ContentCoding::Gzip, ContentCoding::Deflate, ContentCoding::Brotli}) {
      for (const auto effort : {Effort::Quick, Effort::Thorough}) {
        const auto first = compressed(text, coding, effort);
        CPPUNIT_ASSERT(first.size() < 200);
        CPPUNIT_ASSERT(first == compressed(text, coding, effort));  // the compressor's stream is reused
      }
    }
    CPPUNIT_ASSERT(compressed(text, ContentCoding::Gzip, Effort::Quick).starts_with("\x1F\x8B"));
    CPPUNIT_ASSERT(!compressed("", ContentCoding::Gzip, Effort::Quick).empty());
    CPPUNIT_ASSERT_EQUAL(text, compressed(text, ContentCoding::Identity, Effort::Quick));
  }

  void compressibleTypes() {
    for (const auto* type : {"text/html; charset=utf-8", "application/json", "image/svg+xml", "application/wasm"}) {
      CPPUNIT_ASSERT_MESSAGE(type, isCompressible(type));
    }
    for (const auto* type : {"image/png", "video/mp4", "font/woff2", "application/octet-stream"}) {
      CPPUNIT_ASSERT_MESSAGE(type, !isCompressible(type));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ContentCodingTest);

}  // namespace chat::http
