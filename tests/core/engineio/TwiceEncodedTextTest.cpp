#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "engineio/packet/TwiceEncodedText.h"

namespace chat::engineio {

class TwiceEncodedTextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TwiceEncodedTextTest);
  CPPUNIT_TEST(decodesWhatWasEncodedTwice);
  CPPUNIT_TEST(leavesWhatWasEncodedOnce);
  CPPUNIT_TEST(acceptsTextThatWasEncodedOnce);
  CPPUNIT_TEST(escapesTheJsonAlone);
  CPPUNIT_TEST_SUITE_END();

  static std::string decoded(TwiceEncodedText& text, std::string_view packet) {
    std::string scratch;
    return std::string(text.decode({PacketType::Message, false, packet}, scratch).data);
  }

 public:
  void decodesWhatWasEncodedTwice() {
    TwiceEncodedText text;
    CPPUNIT_ASSERT_EQUAL(std::string("2[\"é\"]"), decoded(text, "2[\"\u00c3\u00a9\"]"));
    CPPUNIT_ASSERT_EQUAL(std::string("2[\"😀\"]"), decoded(text, "2[\"\u00f0\u009f\u0098\u0080\"]"));
    CPPUNIT_ASSERT_EQUAL(std::string("plain"), decoded(text, "plain"));
  }

  void leavesWhatWasEncodedOnce() {
    for (const std::string once : {"é", "😀", "Ã", "Ã©文", "São Paulo", "AÇÃO", "\xC3"}) {
      TwiceEncodedText text;
      CPPUNIT_ASSERT_EQUAL(once, decoded(text, once));
    }
    TwiceEncodedText text;
    std::string scratch;
    const PacketView binary{PacketType::Message, true, "\xC3\x83\xC2\xA9"};
    CPPUNIT_ASSERT(text.decode(binary, scratch).data == binary.data);
  }

  void acceptsTextThatWasEncodedOnce() {
    TwiceEncodedText text;
    decoded(text, "文");
    CPPUNIT_ASSERT_EQUAL(std::string("Ã©"), decoded(text, "Ã©"));
  }

  void escapesTheJsonAlone() {
    CPPUNIT_ASSERT_EQUAL(std::string("42/a,[\"\\u00e9\\u6587\\ud83d\\ude00\\n\"]"),
                         TwiceEncodedText::escape("42/a,[\"é文😀\\n\"]"));
    CPPUNIT_ASSERT_EQUAL(std::string("42[\"a\"]"), TwiceEncodedText::escape("42[\"a\"]"));
    CPPUNIT_ASSERT_EQUAL(std::string("42/é,[\"é\"]"), TwiceEncodedText::escape("42/é,[\"é\"]"));
    CPPUNIT_ASSERT_EQUAL(std::string("4é"), TwiceEncodedText::escape("4é"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TwiceEncodedTextTest);

}  // namespace chat::engineio
