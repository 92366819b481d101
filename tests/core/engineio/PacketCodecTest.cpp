#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "engineio/packet/PacketCodec.h"

namespace chat::engineio {

class PacketCodecTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PacketCodecTest);
  CPPUNIT_TEST(textPackets);
  CPPUNIT_TEST(base64OfBothVersions);
  CPPUNIT_TEST(base64AsOtherEncodersWriteIt);
  CPPUNIT_TEST(aLineEndMayBeAnywhere);
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

  void base64AsOtherEncodersWriteIt() {
    const struct {
      const char* text;
      std::string bytes;
    } rows[] = {
        {"AQID\n", "\x01\x02\x03"},  // Android's and the Java client's encoder ends with a line feed
        {"AQI=\n", "\x01\x02"},     {"AQ==\r\n", "\x01"}, {"AQ=\n=", "\x01"}, {"AQ=", "\x01"}, {"-_8=", "\xFB\xFF"},
        {"-_8\n", "\xFB\xFF"},      {"+/8", "\xFB\xFF"},  {"\n", ""},         {"", ""},
    };
    for (const auto& [text, bytes] : rows) {
      for (const int protocol : {3, 4}) {
        const auto packet = decodeText((protocol == 3 ? "b4" : "b") + std::string(text), protocol, _scratch);
        CPPUNIT_ASSERT_MESSAGE(text, packet && packet->isBinary);
        CPPUNIT_ASSERT_EQUAL(bytes, std::string(packet->data));
      }
    }
  }

  void aLineEndMayBeAnywhere() {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    for (const std::size_t size : {0, 1, 2, 3, 56, 57, 58, 114, 256}) {
      std::string whole;
      appendBase64Message(whole, std::string_view(bytes).substr(0, size), 4);
      for (std::size_t at = 1; at <= whole.size(); ++at) {
        const auto packet = decodeText(std::string(whole).insert(at, "\r\n"), 4, _scratch);
        CPPUNIT_ASSERT(packet && packet->data == std::string_view(bytes).substr(0, size));
      }
    }
  }

  void binaryOfBothVersions() {
    CPPUNIT_ASSERT_EQUAL(std::string("xy"), std::string(decodeBinary("xy", 4)->data));
    CPPUNIT_ASSERT_EQUAL(std::string("xy"), std::string(decodeBinary("\x04xy", 3)->data));
    CPPUNIT_ASSERT(!decodeBinary("xy", 3));
    CPPUNIT_ASSERT(!decodeBinary("", 3));
    CPPUNIT_ASSERT(decodeBinary("", 4)->data.empty());
  }

  void noPackets() {
    for (const auto* text : {"", "7", "x", "abc", "b!!!", "bA", "bA\n", "bAQ==AQ==", "bAQ ID", "b-/8="})
      CPPUNIT_ASSERT(!decodeText(text, 4, _scratch));
    for (const auto* text : {"b", "b9AQ=="}) CPPUNIT_ASSERT(!decodeText(text, 3, _scratch));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PacketCodecTest);

}  // namespace chat::engineio
