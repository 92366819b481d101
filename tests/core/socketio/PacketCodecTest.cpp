#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "base/JsonText.h"
#include "socketio/EncodedEvent.h"
#include "socketio/PacketCodec.h"

namespace chat::socketio {
namespace {

constexpr std::size_t MaxAttachments = 10;

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

class PacketCodecTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PacketCodecTest);
  CPPUNIT_TEST(testHeaders);
  CPPUNIT_TEST(testIdsBeyond64BitsAreKeptAsTheyCame);
  CPPUNIT_TEST(testBadHeaders);
  CPPUNIT_TEST(testEvents);
  CPPUNIT_TEST(testBadEvents);
  CPPUNIT_TEST(testAcks);
  CPPUNIT_TEST(testNoPrefixOfAnEventIsOne);
  CPPUNIT_TEST(testDepth);
  CPPUNIT_TEST(testEncoding);
  CPPUNIT_TEST(testEventIsEncodedOnceWithItsAttachments);
  CPPUNIT_TEST_SUITE_END();

 public:
  void testHeaders() {
    struct Row {
      std::string_view text;
      PacketType type;
      std::string_view nsp;
      std::optional<std::uint64_t> ackId;
      std::size_t attachments;
      std::string_view json;
    };
    const std::vector<Row> rows = {
        {"0", PacketType::Connect, "/", {}, 0, ""},
        {R"(0{"token":"123"})", PacketType::Connect, "/", {}, 0, R"({"token":"123"})"},
        {"0/admin,", PacketType::Connect, "/admin", {}, 0, ""},
        {"0/admin", PacketType::Connect, "/admin", {}, 0, ""},
        {R"(0/admin,{"sid":"x"})", PacketType::Connect, "/admin", {}, 0, R"({"sid":"x"})"},
        {"0/admin?token=1&uid=a,", PacketType::Connect, "/admin?token=1&uid=a", {}, 0, ""},
        {R"(4{"message":"Not authorized"})", PacketType::ConnectError, "/", {}, 0, R"({"message":"Not authorized"})"},
        {R"(2["foo"])", PacketType::Event, "/", {}, 0, R"(["foo"])"},
        {R"(2/admin,["bar"])", PacketType::Event, "/admin", {}, 0, R"(["bar"])"},
        {R"(212["foo"])", PacketType::Event, "/", 12, 0, R"(["foo"])"},
        {R"(20["foo"])", PacketType::Event, "/", 0, 0, R"(["foo"])"},
        {R"(2/1,23["foo"])", PacketType::Event, "/1", 23, 0, R"(["foo"])"},
        {R"(218446744073709551615["foo"])", PacketType::Event, "/", 18446744073709551615U, 0, R"(["foo"])"},
        {R"(3/admin,13["bar"])", PacketType::Ack, "/admin", 13, 0, R"(["bar"])"},
        {R"(3["bar"])", PacketType::Ack, "/", {}, 0, R"(["bar"])"},
        {R"(51-["baz",{"_placeholder":true,"num":0}])",
         PacketType::BinaryEvent,
         "/",
         {},
         1,
         R"(["baz",{"_placeholder":true,"num":0}])"},
        {R"(52-/admin,["baz"])", PacketType::BinaryEvent, "/admin", {}, 2, R"(["baz"])"},
        {R"(510-789["baz"])", PacketType::BinaryEvent, "/", 789, 10, R"(["baz"])"},
        {R"(50-["baz"])", PacketType::BinaryEvent, "/", {}, 0, R"(["baz"])"},
        {R"(61-15["bar"])", PacketType::BinaryAck, "/", 15, 1, R"(["bar"])"},
        {"1", PacketType::Disconnect, "/", {}, 0, ""},
        {"1/admin,", PacketType::Disconnect, "/admin", {}, 0, ""},
    };
    for (const Row& row : rows) {
      const auto packet = parsePacket(row.text, MaxAttachments);
      CPPUNIT_ASSERT_MESSAGE(std::string(row.text), packet);
      CPPUNIT_ASSERT_EQUAL(static_cast<int>(row.type), static_cast<int>(packet.value().type));
      CPPUNIT_ASSERT_EQUAL(row.nsp, packet.value().nsp);
      CPPUNIT_ASSERT_MESSAGE(std::string(row.text), row.ackId == packet.value().ackId);
      CPPUNIT_ASSERT_EQUAL(row.attachments, packet.value().attachments);
      CPPUNIT_ASSERT_EQUAL(row.json, packet.value().json);
    }
  }

  void testIdsBeyond64BitsAreKeptAsTheyCame() {
    const std::string longest(MaxAckDigits, '9');
    for (const std::string& digits : {std::string("18446744073709551616"), longest}) {
      for (const std::string begin : {"2", "2/chat,", "51-"}) {
        const std::string text = begin + digits + R"(["a"])";
        const auto packet = parsePacket(text, MaxAttachments);
        CPPUNIT_ASSERT_MESSAGE(text, packet);
        CPPUNIT_ASSERT(!packet.value().ackId);
        CPPUNIT_ASSERT_EQUAL(std::string_view(digits), packet.value().ackDigits);
        CPPUNIT_ASSERT_EQUAL(std::string_view(R"(["a"])"), packet.value().json);
      }
      const std::string ack = "3" + digits + "9[]";  // not awaited
      CPPUNIT_ASSERT(parsePacket(ack, MaxAttachments));
      CPPUNIT_ASSERT(parsePacket(ack, MaxAttachments).value().ackDigits.empty());
    }
    const std::string tooLong = "2" + longest + R"(9["a"])";
    CPPUNIT_ASSERT(parsePacket(tooLong, MaxAttachments).error() == PacketError::IllegalAckId);
  }

  void testBadHeaders() {
    struct Row {
      std::string_view text;
      PacketError error;
    };
    const std::vector<Row> rows = {
        {"", PacketError::UnknownType},
        {"abc", PacketError::UnknownType},
        {"7", PacketError::UnknownType},
        {"-1", PacketError::UnknownType},
        {"2{}", PacketError::IllegalPayload},
        {"2", PacketError::IllegalPayload},
        {"2/chat,", PacketError::IllegalPayload},
        {R"(2abc["a"])", PacketError::IllegalPayload},
        {R"(2-1["a"])", PacketError::IllegalPayload},
        {R"(21.5["a"])", PacketError::IllegalPayload},
        {"0[]", PacketError::IllegalPayload},
        {"0null", PacketError::IllegalPayload},
        {R"(0"token")", PacketError::IllegalPayload},
        {"1{}", PacketError::IllegalPayload},
        {"31", PacketError::IllegalPayload},
        {"31{}", PacketError::IllegalPayload},
        {R"(5["a"])", PacketError::IllegalAttachments},
        {R"(5-["a"])", PacketError::IllegalAttachments},
        {R"(5-1-["a"])", PacketError::IllegalAttachments},
        {R"(51["a"])", PacketError::IllegalAttachments},
        {R"(51.5-["a"])", PacketError::IllegalAttachments},
        {R"(5x-["a"])", PacketError::IllegalAttachments},
        {R"(511-["a"])", PacketError::TooManyAttachments},
        {R"(599999999999999999999999999999-["a"])", PacketError::TooManyAttachments},
    };
    for (const Row& row : rows) {
      const auto packet = parsePacket(row.text, MaxAttachments);
      CPPUNIT_ASSERT_MESSAGE(std::string(row.text), !packet);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.text), describe(row.error), describe(packet.error()));
    }
  }

  void testEvents() {
    struct Row {
      std::string_view json, name, args;
    };
    const std::vector<Row> rows = {
        {R"(["foo"])", "foo", ""},
        {R"([""])", "", ""},
        {R"(["foo",1])", "foo", "1"},
        {R"(["message",1,"2",{"3":[true]}])", "message", R"(1,"2",{"3":[true]})"},
        {R"([ "foo" , 1 , 2 ] )", "foo", "1 , 2"},
        {"[\"a\"\n,\t[ ]\r]", "a", "[ ]"},
        {R"([7,"x"])", "7", R"("x")"},
        {R"([-1.5e3])", "-1.5e3", ""},
        {R"(["say \"hi\"",1])", "say \"hi\"", "1"},
        {R"(["\u0061\/\n\ud83d\ude00"])", "a/\n😀", ""},
        {R"(["\ud800x"])", "\xEF\xBF\xBDx", ""},
        {R"(["\ud800\ud800"])", "\xEF\xBF\xBD\xEF\xBF\xBD", ""},
        {R"(["é",{"_placeholder":true,"num":0}])", "é", R"({"_placeholder":true,"num":0})"},
        {R"(["x","]","[","\\","\"",{"]":"}"}])", "x", R"("]","[","\\","\"",{"]":"}"})"},
        {R"(["x","\ud800"])", "x", R"("\ud800")"},
        {R"(["x",1e999,-0,0.1,1E+2])", "x", "1e999,-0,0.1,1E+2"},
        {R"(["x",{},[],null,true,false,{"a":{"b":[{}]}}])", "x", R"({},[],null,true,false,{"a":{"b":[{}]}})"},
    };
    for (const Row& row : rows) {
      std::string unescaped;
      const auto event = splitEvent(row.json, unescaped);
      CPPUNIT_ASSERT_MESSAGE(std::string(row.json), event);
      CPPUNIT_ASSERT_EQUAL(row.name, event.value().name);
      CPPUNIT_ASSERT_EQUAL(row.args, event.value().args);
    }
  }

  void testBadEvents() {
    struct Row {
      std::string_view json;
      PacketError error;
    };
    const std::vector<Row> rows = {
        {"[]", PacketError::IllegalEventName},
        {"[null]", PacketError::IllegalEventName},
        {"[true]", PacketError::IllegalEventName},
        {R"([["a"]])", PacketError::IllegalEventName},
        {R"([{"a":1}])", PacketError::IllegalEventName},
        {R"(["connect"])", PacketError::ReservedEventName},
        {R"(["connect_error"])", PacketError::ReservedEventName},
        {R"(["disconnect",1])", PacketError::ReservedEventName},
        {R"(["disconnecting"])", PacketError::ReservedEventName},
        {R"(["newListener"])", PacketError::ReservedEventName},
        {R"(["removeListener"])", PacketError::ReservedEventName},
        {R"(["\u0063onnect"])", PacketError::ReservedEventName},
        {R"(["a"]x)", PacketError::IllegalPayload},
        {R"(["a"]])", PacketError::IllegalPayload},
        {R"(["a"},)", PacketError::IllegalPayload},
        {R"(["a",[1})", PacketError::IllegalPayload},
        {R"(["a",{"b":1]])", PacketError::IllegalPayload},
        {R"(["a",])", PacketError::IllegalPayload},
        {R"(["a" 1])", PacketError::IllegalPayload},
        {R"(["a",nope])", PacketError::IllegalPayload},
        {R"(["a",nul])", PacketError::IllegalPayload},
        {R"(["a",01])", PacketError::IllegalPayload},
        {R"(["a",1.])", PacketError::IllegalPayload},
        {R"(["a",.5])", PacketError::IllegalPayload},
        {R"(["a",+1])", PacketError::IllegalPayload},
        {R"(["a",1e])", PacketError::IllegalPayload},
        {R"(["a",-])", PacketError::IllegalPayload},
        {R"(["a",{1:2}])", PacketError::IllegalPayload},
        {R"(["a",{"b"}])", PacketError::IllegalPayload},
        {R"(["a",{"b":}])", PacketError::IllegalPayload},
        {R"(["a",{"b":1,}])", PacketError::IllegalPayload},
        {R"(["a","\x"])", PacketError::IllegalPayload},
        {R"(["a","\u12g4"])", PacketError::IllegalPayload},
        {"[\"a\",\"line\nbreak\"]", PacketError::IllegalPayload},
        {"[\"a\",\"0123456789\tabcdef\"]", PacketError::IllegalPayload},
    };
    for (const Row& row : rows) {
      std::string unescaped;
      const auto event = splitEvent(row.json, unescaped);
      CPPUNIT_ASSERT_MESSAGE(std::string(row.json), !event);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.json), describe(row.error), describe(event.error()));
    }
  }

  void testAcks() {
    CPPUNIT_ASSERT_EQUAL(std::string_view(), splitAck("[]").value());
    CPPUNIT_ASSERT_EQUAL(std::string_view(), splitAck("[ ]").value());
    CPPUNIT_ASSERT_EQUAL(std::string_view(R"(0,{"a":[1]})"), splitAck(R"([0,{"a":[1]}])").value());
    for (const std::string_view bad : {"[1", "[1]]", "[1,]", "{}", "[1] 2", ""}) CPPUNIT_ASSERT(!splitAck(bad));
  }

  void testNoPrefixOfAnEventIsOne() {
    const std::string_view whole =
        R"(["näme \u0041",{"k":[1.5e-3,"\\\" \ud83d\ude00",null,true,false]},"long enough"])";
    std::string unescaped;
    CPPUNIT_ASSERT(splitEvent(whole, unescaped));
    for (std::size_t length = 0; length < whole.size(); ++length) {
      // In a buffer of exactly its size, so that AddressSanitizer finds reads beyond it.
      const std::vector<char> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      CPPUNIT_ASSERT(!splitEvent({part.data(), part.size()}, unescaped));
    }
  }

  void testDepth() {
    std::string unescaped;
    CPPUNIT_ASSERT(splitEvent(R"(["a",)" + nested(1000) + "]", unescaped));
    CPPUNIT_ASSERT(splitEvent(R"(["a",)" + nested(base::MaxJsonDepth - 1) + "]", unescaped));
    for (const std::size_t depth : {base::MaxJsonDepth, std::size_t{100'000}}) {
      const std::string text = R"(["\u0061", 1, )" + nested(depth) + "]";
      const auto event = splitEvent(text, unescaped);
      CPPUNIT_ASSERT(event && event.value().areArgsTooDeep);
      CPPUNIT_ASSERT_EQUAL(std::string_view("a"), event.value().name);
      CPPUNIT_ASSERT(event.value().args.empty());
      CPPUNIT_ASSERT(splitAck(text).error() == PacketError::TooDeep);
    }
    CPPUNIT_ASSERT(splitEvent(nested(2000), unescaped).error() == PacketError::IllegalEventName);
    CPPUNIT_ASSERT(splitEvent(R"(["connect",)" + nested(2000) + "]", unescaped).error() ==
                   PacketError::ReservedEventName);
    // Something else is wrong before it is too deep.
    CPPUNIT_ASSERT(splitEvent(R"(["a",,)" + nested(2000) + "]", unescaped).error() == PacketError::IllegalPayload);
  }

  void testEncoding() {
    const auto text = [](PacketWriter& writer) { return writer.text(); };
    const std::string chat = namespacePrefix("/chat");
    {
      PacketWriter writer(PacketType::Event, namespacePrefix("/"));
      CPPUNIT_ASSERT_EQUAL(std::string(R"(2["foo"])"), text(writer.event("foo", "")));
    }
    {
      PacketWriter writer(PacketType::Event, chat, 18446744073709551615U);
      CPPUNIT_ASSERT_EQUAL(std::string(R"(2/chat,18446744073709551615["foo",1,{"a":2}])"),
                           text(writer.event("foo", R"(1,{"a":2})")));
    }
    {
      PacketWriter writer(PacketType::Event, "");
      CPPUNIT_ASSERT_EQUAL(std::string(R"(2["\"\\\u0001\n😀"])"), text(writer.event("\"\\\x01\n😀", "")));
    }
    {
      PacketWriter writer(PacketType::Event, chat, {}, 2);
      CPPUNIT_ASSERT_EQUAL(std::string(R"(52-/chat,["a",{}])"), text(writer.event("a", "{}")));
    }
    {
      PacketWriter writer(PacketType::Ack, chat, 7, 1);
      CPPUNIT_ASSERT_EQUAL(std::string(R"(61-/chat,7[0,1])"), text(writer.array("0,1")));
    }
    {
      PacketWriter writer(PacketType::Ack, "", 0);
      CPPUNIT_ASSERT_EQUAL(std::string("30[]"), text(writer.array("")));
    }
    {
      PacketWriter writer(PacketType::Disconnect, chat);
      CPPUNIT_ASSERT_EQUAL(std::string("1/chat,"), text(writer));
    }
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"message":"no \"entry\"","data":{"code":401}})"),
                         connectErrorPayload("no \"entry\"", R"({"code":401})"));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"message":""})"), connectErrorPayload("", ""));
  }

  void testEventIsEncodedOnceWithItsAttachments() {
    const std::vector<std::string_view> attachments = {"one", "two"};
    const auto event = EncodedEvent::of("/chat", "pic", R"({"_placeholder":true,"num":0})", attachments);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, event.packets.size());
    CPPUNIT_ASSERT_EQUAL(std::string_view(R"(52-/chat,["pic",{"_placeholder":true,"num":0}])"),
                         event.packets[0].payload());
    CPPUNIT_ASSERT(event.packets[1].isBinary());
    CPPUNIT_ASSERT_EQUAL(std::string_view("two"), event.packets[2].payload());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PacketCodecTest);

}  // namespace
}  // namespace chat::socketio
