#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "engineio/PacketCodec.h"

namespace chat::engineio {

class PacketCodecTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PacketCodecTest);
  CPPUNIT_TEST(textPackets);
  CPPUNIT_TEST(base64OfBothVersions);
  CPPUNIT_TEST(binaryOfBothVersions);
  CPPUNIT_TEST(noPackets);
  CPPUNIT_TEST_SUITE_END();

  std::string _scratch;

 public:
  void textPackets() {
    const auto packet = decodeText("4hello", 4, _scratch);
    CPPUNIT_ASSERT(packet && packet->type == PacketType::Message && !packet->isBinary);
    CPPUNIT_ASSERT_EQUAL(std::string("hello"), std::string(packet->data));
    CPPUNIT_ASSERT(decodeText("2probe", 4, _scratch)->type == PacketType::Ping);
    CPPUNIT_ASSERT(decodeText("6", 3, _scratch)->data.empty());
  }

  void base64OfBothVersions() {
    for (const int protocol : {3, 4}) {
      std::string text;
      appendBase64Message(text, std::string_view("\x00\x01\xFF", 3), protocol);
      CPPUNIT_ASSERT_EQUAL(std::string(protocol == 3 ? "b4AAH/" : "bAAH/"), text);
      const auto packet = decodeText(text, protocol, _scratch);
      CPPUNIT_ASSERT(packet && packet->isBinary && packet->type == PacketType::Message);
      CPPUNIT_ASSERT_EQUAL(std::string("\x00\x01\xFF", 3), std::string(packet->data));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("\x01"), std::string(decodeText("bAQ==", 4, _scratch)->data));
    CPPUNIT_ASSERT_EQUAL(std::string("\x01"), std::string(decodeText("bAQ", 4, _scratch)->data));
  }

  void binaryOfBothVersions() {
    CPPUNIT_ASSERT_EQUAL(std::string("xy"), std::string(decodeBinary("xy", 4)->data));
    CPPUNIT_ASSERT_EQUAL(std::string("xy"), std::string(decodeBinary("\x04xy", 3)->data));
    CPPUNIT_ASSERT(!decodeBinary("xy", 3));
    CPPUNIT_ASSERT(!decodeBinary("", 3));
    CPPUNIT_ASSERT(decodeBinary("", 4)->data.empty());
  }

  void noPackets() {
    for (const auto* text : {"", "7", "x", "abc", "b!!!", "bA"}) CPPUNIT_ASSERT(!decodeText(text, 4, _scratch));
    for (const auto* text : {"b", "b9AQ=="}) CPPUNIT_ASSERT(!decodeText(text, 3, _scratch));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PacketCodecTest);

}  // namespace chat::engineio
