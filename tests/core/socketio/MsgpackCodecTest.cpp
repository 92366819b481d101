#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>
#include <vector>

#include "socketio/MsgpackCodec.h"

namespace chat::socketio {
namespace {

using namespace std::string_literals;

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

/// {type, nsp: "/", data: <data>}
std::string packet(int type, const std::string& data) {
  return bytes({0x83, 0xa4}) + "type" + bytes({type, 0xa3}) + "nsp" + bytes({0xa1}) + "/" + bytes({0xa4}) + "data" +
         data;
}
std::string event(const std::string& argument) {
  return packet(2, bytes({0x92, 0xa1}) + "a" + argument);
}

class MsgpackCodecTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(MsgpackCodecTest);
  CPPUNIT_TEST(valuesBecomeJson);
  CPPUNIT_TEST(binaryBecomesPlaceholders);
  CPPUNIT_TEST(arrayBuffersAreBinaryWhateverTheirLength);
  CPPUNIT_TEST(membersMayComeInAnyOrder);
  CPPUNIT_TEST(invalidPackets);
  CPPUNIT_TEST(depthAndAttachmentsAreLimited);
  CPPUNIT_TEST(packetsAreEncoded);
  CPPUNIT_TEST(valuesThatOtherParsersRefuseAreAsInJsonParse);
  CPPUNIT_TEST(placeholdersAreMarkedAsForClients);
  CPPUNIT_TEST(manyKeysCostNoSearch);
  CPPUNIT_TEST_SUITE_END();

 public:
  void valuesBecomeJson() {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {bytes({0xc0}), "null"},
        {bytes({0xc3}), "true"},
        {bytes({0x7f}), "127"},
        {bytes({0xff}), "-1"},
        {bytes({0xd0, 0x80}), "-128"},
        {bytes({0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), "18446744073709551615"},
        {bytes({0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0}), "-9223372036854775808"},
        {bytes({0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0}), "1.5"},
        {bytes({0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0}), "null"},  // infinite
        {bytes({0xa4}) + "\"\n\xc3\xa4", R"("\"\nä")"},
        {bytes({0x80}), "{}"},
        {bytes({0x90}), "[]"},
        {bytes({0x82, 0xa1}) + "k" + bytes({0x92, 1, 0x91, 2, 0xa1}) + "\"" + bytes({0xc0}),
         R"({"k":[1,[2]],"\"":null})"},
        {bytes({0xd4, 0, 0}), "null"},  // undefined
        {bytes({0xd7, 0, 0, 0, 0x01, 0x8b, 0x38, 0xf9, 0xd1, 0x8b}),
         R"("2023-10-16T14:52:58.123Z")"},  // as encoded before notepack 3
        {bytes({0xd7, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), R"("1969-12-31T23:59:59.999Z")"},
        {bytes({0xd7, 0, 0x80, 0, 0, 0, 0, 0, 0, 0}), "null"},
        {bytes({0xd6, 0xff, 0, 0, 0, 1}), R"("1970-01-01T00:00:01.000Z")"},  // timestamp 32
        {bytes({0xd7, 0xff, 0x1d, 0x53, 0x53, 0x00, 0x65, 0x2d, 0x4e, 0x4a}), R"("2023-10-16T14:52:58.123Z")"},
        {bytes({0xc7, 12, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
         R"("1969-12-31T23:59:59.000Z")"},
        {bytes({0xc7, 12, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), "null"},
    };
    for (const auto& [msgpack, json] : rows) {
      const auto decoded = decodeMsgpack(event(msgpack), 10);
      CPPUNIT_ASSERT_MESSAGE(json, bool(decoded));
      CPPUNIT_ASSERT_EQUAL(R"(["a",)" + json + "]", decoded.value().json);
      CPPUNIT_ASSERT(decoded.value().type == PacketType::Event);
      CPPUNIT_ASSERT_EQUAL("/"s, decoded.value().nsp);
    }
  }

  void binaryBecomesPlaceholders() {
    const auto decoded =
        decodeMsgpack(event(bytes({0x93, 0xc4, 2, 1, 2, 0x81, 0xa1}) + "k" + bytes({0xc4, 0, 0xd5, 7, 8, 9})), 10);
    CPPUNIT_ASSERT(bool(decoded));
    CPPUNIT_ASSERT_EQUAL(
        R"(["a",[{"_placeholder":true,"num":0},{"k":{"_placeholder":true,"num":1}},[7,{"_placeholder":true,"num":2}]]])"s,
        decoded.value().json);
    CPPUNIT_ASSERT((std::vector<std::string>{bytes({1, 2}), "", bytes({8, 9})}) == decoded.value().attachments);
  }

  // ext 8, 16 and 32 of type 0; fixext 1 and 8 of that type are `undefined` and a date.
  void arrayBuffersAreBinaryWhateverTheirLength() {
    for (const std::size_t size : {0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 0xd4, 0xd7, 0xd8, 255, 256, 257, 65535, 65536}) {
      std::string content(size, '\xd4');
      if (size > 0) content.back() = '\xd7';
      const int low = static_cast<int>(size & 255), high = static_cast<int>(size >> 8 & 255);
      std::vector<std::string> heads = {bytes({0xc9, 0, static_cast<int>(size >> 16), high, low, 0})};
      if (size <= 65535) heads.push_back(bytes({0xc8, high, low, 0}));
      if (size <= 255) heads.push_back(bytes({0xc7, low, 0}));
      for (const auto& head : heads) {
        const auto decoded =
            decodeMsgpack(event(bytes({0x93}) + head + content + bytes({0xd4, 0, 0}) + head + content), 2);
        CPPUNIT_ASSERT(bool(decoded));
        CPPUNIT_ASSERT_EQUAL(R"(["a",[{"_placeholder":true,"num":0},null,{"_placeholder":true,"num":1}]])"s,
                             decoded.value().json);
        CPPUNIT_ASSERT((std::vector<std::string>{content, content}) == decoded.value().attachments);
      }
    }
    // No encoder writes these; the expected values are those of the official decoder.
    for (const auto& [format, size] : {std::pair{0xd5, 2}, {0xd6, 4}, {0xd8, 16}}) {
      const auto decoded =
          decodeMsgpack(event(bytes({format, 0}) + std::string(static_cast<std::size_t>(size), 'x')), 1);
      CPPUNIT_ASSERT_EQUAL(R"(["a",[0,{"_placeholder":true,"num":0}]])"s, decoded.value().json);
    }
  }

  void membersMayComeInAnyOrder() {
    const auto decoded = decodeMsgpack(bytes({0x85, 0xa2}) + "id" + bytes({7, 0xa4}) + "data" + bytes({0x91, 1, 0xa7}) +
                                           "options" + bytes({0x81, 0xa8}) + "compress" + bytes({0xc3, 0xa3}) + "nsp" +
                                           bytes({0xa2}) + "/a" + bytes({0xa4}) + "type" + bytes({3}),
                                       10);
    CPPUNIT_ASSERT(bool(decoded));
    CPPUNIT_ASSERT(decoded.value().type == PacketType::Ack);
    CPPUNIT_ASSERT_EQUAL("/a"s, decoded.value().nsp);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, decoded.value().ackId.value());
    CPPUNIT_ASSERT_EQUAL("[1]"s, decoded.value().json);
  }

  void invalidPackets() {
    const std::string good = event(bytes({1}));
    for (std::size_t length = 0; length < good.size(); ++length) {
      CPPUNIT_ASSERT(!decodeMsgpack(std::string_view(good).substr(0, length), 10));
    }
    for (const auto& bad :
         {good + "x", bytes({0x90}), bytes({0x80}), bytes({0xc1}), bytes({0xdf, 0xff, 0xff, 0xff, 0xff}),
          packet(5, bytes({0x90})), packet(2, bytes({0x80})), packet(2, bytes({0xc0})),
          packet(2, bytes({0xdd, 0xff, 0xff, 0xff, 0xff})), packet(0, bytes({0x90})), packet(0xff, bytes({0x90})),
          event(bytes({0xa1, 0xff})), event(bytes({0x81, 1, 1})), packet(1, bytes({0x80})),
          bytes({0x82, 0xa4}) + "type" + bytes({2, 0xa4}) + "data" + bytes({0x91, 0xa1}) + "a",
          bytes({0x83, 0xa4}) + "type" + bytes({2, 0xa3}) + "nsp" + bytes({1, 0xa4}) + "data" + bytes({0x91, 0xa1}) +
              "a"}) {
      CPPUNIT_ASSERT(!decodeMsgpack(bad, 10));
    }
    CPPUNIT_ASSERT(bool(decodeMsgpack(packet(0, bytes({0x80})), 10)));
    const auto withoutData = decodeMsgpack(packet(0, bytes({0xd4, 0, 0})), 10);
    CPPUNIT_ASSERT(withoutData && withoutData.value().json.empty());
    CPPUNIT_ASSERT(!decodeMsgpack(packet(0, bytes({0xc0})), 10));
  }

  void depthAndAttachmentsAreLimited() {
    const auto nested = [](std::size_t levels) { return event(std::string(levels, '\x91') + "\x01"); };
    CPPUNIT_ASSERT(bool(decodeMsgpack(nested(MaxMsgpackDepth - 2), 10)));
    CPPUNIT_ASSERT(!decodeMsgpack(nested(MaxMsgpackDepth - 1), 10));
    CPPUNIT_ASSERT(!decodeMsgpack(nested(900'000), 10));
    const std::string three = event(bytes({0x93, 0xc4, 0, 0xc4, 0, 0xc4, 0}));
    CPPUNIT_ASSERT(bool(decodeMsgpack(three, 3)));
    const auto refused = decodeMsgpack(three, 2);
    CPPUNIT_ASSERT(!refused && refused.error() == PacketError::TooManyAttachments);
  }

  void packetsAreEncoded() {
    const std::vector<std::string_view> attachments = {"xy"};
    CPPUNIT_ASSERT_EQUAL(bytes({0x83, 0xa4}) + "type" + bytes({0, 0xa3}) + "nsp" + bytes({0xa1}) + "/" + bytes({0xa4}) +
                             "data" + bytes({0x81, 0xa3}) + "sid" + bytes({0xa1}) + "s",
                         encodeMsgpack(R"(0{"sid":"s"})", {}));
    CPPUNIT_ASSERT_EQUAL(bytes({0x82, 0xa4}) + "type" + bytes({1, 0xa3}) + "nsp" + bytes({0xa2}) + "/a",
                         encodeMsgpack("1/a,", {}));
    CPPUNIT_ASSERT_EQUAL(bytes({0x84, 0xa4}) + "type" + bytes({3, 0xa3}) + "nsp" + bytes({0xa1}) + "/" + bytes({0xa2}) +
                             "id" + bytes({9, 0xa4}) + "data" + bytes({0x92, 0xc4, 2}) + "xy" + bytes({0x82, 0xa1}) +
                             "z" + bytes({1, 0xa1}) + "a" + bytes({0xff}),
                         encodeMsgpack(R"(61-9[{"_placeholder":true,"num":0},{"z":1,"a":-1}])", attachments));
    // And everything is decoded again.
    const auto back =
        decodeMsgpack(encodeMsgpack(R"(51-/a,9["ä",{"_placeholder":true,"num":0},1.5,[null]])", attachments), 1);
    CPPUNIT_ASSERT(bool(back));
    CPPUNIT_ASSERT_EQUAL(R"(["ä",{"_placeholder":true,"num":0},1.5,[null]])"s, back.value().json);
    CPPUNIT_ASSERT_EQUAL("xy"s, back.value().attachments.at(0));
  }

  void valuesThatOtherParsersRefuseAreAsInJsonParse() {
    const std::string infinite = bytes({0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0});
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"1e999", infinite},
        {"-1e999", bytes({0xcb, 0xff, 0xf0, 0, 0, 0, 0, 0, 0})},
        {"1e-999", bytes({0xca, 0, 0, 0, 0})},
        {"1" + std::string(400, '0'), infinite},
        {"18446744073709551615", bytes({0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})},
        {"18446744073709551616", bytes({0xca, 0x5f, 0x80, 0, 0})},
        {"-9223372036854775808", bytes({0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0})},
        {"-0", bytes({0})},
        {R"("\ud800")", bytes({0xa3, 0xef, 0xbf, 0xbd})},
        {R"("x\udc00\ud800y")", bytes({0xa8}) + "x\xef\xbf\xbd\xef\xbf\xbdy"},
        {R"("\ud83d\ude00\u0000")", bytes({0xa5, 0xf0, 0x9f, 0x98, 0x80, 0})},
        {R"({"k":1,"k":2})", bytes({0x82, 0xa1}) + "k" + bytes({1, 0xa1}) + "k" + bytes({2})},
        {R"({"\ud800":[ ] , "":{ }})", bytes({0x82, 0xa3, 0xef, 0xbf, 0xbd, 0x90, 0xa0, 0x80})},
        {R"({"__proto__":null})", bytes({0x81, 0xa9}) + "__proto__" + bytes({0xc0})},
    };
    for (const auto& [json, msgpack] : rows) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(json, event(msgpack), encodeMsgpack(R"(2["a",)" + json + "]", {}));
    }
  }

  void placeholdersAreMarkedAsForClients() {
    const std::vector<std::string_view> attachments = {"xy", "z"};
    for (const auto* json :
         {R"({"_placeholder":true,"num":1})", R"({"num":1,"_placeholder":true,"more":[]})",
          R"({"\u005fplaceholder":true,"num":1e0})", R"({"_placeholder":0,"num":0,"_placeholder":true,"num":1})"}) {
      CPPUNIT_ASSERT_EQUAL(event(bytes({0xc4, 1}) + "z"),
                           encodeMsgpack(R"(52-["a",)" + std::string(json) + "]", attachments));
    }
    // There is no attachment of that number, so the object is not a placeholder.
    const auto back = decodeMsgpack(encodeMsgpack(R"(2["a",{"_placeholder":true,"num":3}])", {}), 1);
    CPPUNIT_ASSERT_EQUAL(R"(["a",{"_placeholder":true,"num":3}])"s, back.value().json);
  }

  void manyKeysCostNoSearch() {
    std::string json = R"(2["a",{"k":0)";
    for (int i = 0; i < 200'000; ++i) json += ",\"" + std::to_string(i) + "\":0";
    json += "}]";
    const auto start = std::chrono::steady_clock::now();
    const auto encoded = encodeMsgpack(json, {});
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - start <
                   std::chrono::seconds(5));  // would take minutes with a search for each key
    CPPUNIT_ASSERT(decodeMsgpack(encoded, 0).value().json.size() == json.size() - 1);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MsgpackCodecTest);

}  // namespace
}  // namespace chat::socketio
