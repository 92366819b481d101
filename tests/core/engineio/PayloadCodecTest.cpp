#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "engineio/packet/PayloadCodec.h"

namespace chat::engineio {
namespace {

/// The packets as `type:data`, with `!` after the last one before an error.
std::vector<std::string> decoded(std::string_view body, int protocol, bool isBinary = false) {
  std::vector<std::string> packets;
  const bool good = decodePayload(body, protocol, isBinary, [&](const PacketView& packet) {
    packets.push_back(std::to_string(static_cast<int>(packet.type)) + (packet.isBinary ? "b:" : ":") +
                      std::string(packet.data));
    return true;
  });
  if (!good) packets.emplace_back("!");
  return packets;
}

using Packets = std::vector<std::string>;

}  // namespace

class PayloadCodecTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PayloadCodecTest);
  CPPUNIT_TEST(version4);
  CPPUNIT_TEST(version3CountsUtf16);
  CPPUNIT_TEST(version3Binary);
  CPPUNIT_TEST(malformed);
  CPPUNIT_TEST(stopsWhenAsked);
  CPPUNIT_TEST(encodedPacketsAreDecoded);
  CPPUNIT_TEST_SUITE_END();

 public:
  void version4() {
    CPPUNIT_ASSERT((Packets{"4:hello"}) == decoded("4hello", 4));
    CPPUNIT_ASSERT((Packets{"4:a", "4b:\x01\x02", "3:"}) == decoded("4a\x1e"
                                                                    "bAQI=\x1e"
                                                                    "3",
                                                                    4));
    CPPUNIT_ASSERT((Packets{"4b:\x01\x02\x03", "4b:\x01", "4:a"}) == decoded("bAQID\n\x1e"
                                                                             "bAQ==\n\x1e"
                                                                             "4a",
                                                                             4));
  }

  void version3CountsUtf16() {
    CPPUNIT_ASSERT((Packets{"4:hello", "2:"}) == decoded("6:4hello1:2", 3));
    CPPUNIT_ASSERT((Packets{"4:\xE2\x82\xAC", "4:\xF0\x9F\x98\x80", "4:x"}) == decoded("2:4\xE2\x82\xAC"
                                                                                       "3:4\xF0\x9F\x98\x80"
                                                                                       "2:4x",
                                                                                       3));
    CPPUNIT_ASSERT((Packets{"4b:\x01\x02"}) == decoded("6:b4AQI=", 3));
    CPPUNIT_ASSERT((Packets{"4b:\x01\x02", "4:a"}) == decoded("7:b4AQI=\n2:4a", 3));
  }

  void version3Binary() {
    const std::string body(
        "\x00\x06\xFF"
        "4hello\x01\x03\xFF\x04\x01\x02",
        15);
    CPPUNIT_ASSERT((Packets{"4:hello", "4b:\x01\x02"}) == decoded(body, 3, true));
  }

  void malformed() {
    CPPUNIT_ASSERT((Packets{"!"}) == decoded("", 4));
    CPPUNIT_ASSERT((Packets{"4:a", "!"}) == decoded("4a\x1e", 4));
    CPPUNIT_ASSERT((Packets{"!"}) == decoded("4\xFF", 4));
    for (const auto* body : {"", "abc", "x:4a", "99:4a", ":4a", "-1:4a", "4294967296000:4", "2:4\xF0\x9F\x98\x80"}) {
      CPPUNIT_ASSERT_EQUAL(std::string("!"), decoded(body, 3).back());
    }
    CPPUNIT_ASSERT_EQUAL(std::string("!"), decoded(std::string("\x00\x09\xFF"
                                                               "4a",
                                                               5),
                                                   3, true)
                                               .back());
    CPPUNIT_ASSERT_EQUAL(std::string("!"), decoded(std::string("\x02\x01\xFF"
                                                               "4",
                                                               4),
                                                   3, true)
                                               .back());
    CPPUNIT_ASSERT_EQUAL(std::string("!"), decoded(std::string("\x00\x01", 2), 3, true).back());
  }

  void stopsWhenAsked() {
    int count = 0;
    CPPUNIT_ASSERT(
        decodePayload("4a\x1e"
                      "4b\x1e"
                      "4c",
                      4, false, [&](const PacketView&) { return ++count < 2; }));
    CPPUNIT_ASSERT_EQUAL(2, count);
  }

  void encodedPacketsAreDecoded() {
    const std::vector<OutgoingPacket> packets{{WirePacket::text("gr\xC3\xBC\xC3\x9F"
                                                                "e \xF0\x9F\x98\x80"),
                                               {}},
                                              {WirePacket::binary(std::string_view("\x00\xFF", 2)), {}},
                                              {{}, "2"}};
    const Packets expected{
        "4:gr\xC3\xBC\xC3\x9F"
        "e \xF0\x9F\x98\x80",
        std::string("4b:\x00\xFF", 5), "2:"};
    for (const int protocol : {3, 4}) {
      for (const bool allowBinary : {false, true}) {
        const auto payload = encodePayload(packets, protocol, allowBinary);
        CPPUNIT_ASSERT_EQUAL(protocol == 3 && allowBinary, payload.isBinary);
        CPPUNIT_ASSERT(expected == decoded(payload.body, protocol, payload.isBinary));
      }
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PayloadCodecTest);

}  // namespace chat::engineio
