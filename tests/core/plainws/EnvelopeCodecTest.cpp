#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "plainws/EnvelopeCodec.h"

namespace chat::plainws {
namespace {

class EnvelopeCodecTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(EnvelopeCodecTest);
  CPPUNIT_TEST(testGood);
  CPPUNIT_TEST(testBad);
  CPPUNIT_TEST(testNoPrefixIsAnEnvelope);
  CPPUNIT_TEST(testEncoding);
  CPPUNIT_TEST(testEncodedOnce);
  CPPUNIT_TEST_SUITE_END();

 public:
  void testGood() {
    struct Row {
      std::string_view text, event, id, data;
    };
    const std::vector<Row> rows = {
        {R"({"event":"login","id":1,"data":{"data":{}}})", "login", "1", R"({"data":{}})"},
        {R"({"event":"logout"})", "logout", "", ""},
        {R"({"event":"e","id":"a\"b","data":null})", "e", R"("a\"b")", "null"},
        {R"({"event":"e","id":-1.50e2})", "e", "-1.50e2", ""},
        {R"({"event":"","data":[1, 2]})", "", "", "[1, 2]"},
        {R"({"data":"\ud800","event":"e"})", "e", "", R"("\ud800")"},
        {R"({"event":"\u0061\n"})", "a\n", "", ""},
        {R"({"\u0065vent":"e","other":{"event":"f","id":2}})", "e", "", ""},
        {R"({"event":"first","event":"last","id":1,"id":2})", "last", "2", ""},
        {" {\t\"event\" : \"e\" ,\r\n\"data\" : { \"a\" : 1 } } ", "e", "", R"({ "a" : 1 })"},
        {R"({"event":"e","data":12345678901234567890.10})", "e", "", "12345678901234567890.10"},
    };
    for (const Row& row : rows) {
      std::string unescaped;
      const auto envelope = parseEnvelope(row.text, unescaped);
      CPPUNIT_ASSERT_MESSAGE(std::string(row.text), envelope);
      CPPUNIT_ASSERT_EQUAL(row.event, envelope.value().event);
      CPPUNIT_ASSERT_EQUAL(row.id, envelope.value().id);
      CPPUNIT_ASSERT_EQUAL(row.data, envelope.value().data);
    }
  }

  void testBad() {
    struct Row {
      std::string_view text;
      EnvelopeError error;
    };
    const std::vector<Row> rows = {
        {"", EnvelopeError::NotAnObject},
        {"hello", EnvelopeError::NotAnObject},
        {"[]", EnvelopeError::NotAnObject},
        {R"("event")", EnvelopeError::NotAnObject},
        {R"({"event":"e")", EnvelopeError::NotAnObject},
        {R"({"event":"e"}x)", EnvelopeError::NotAnObject},
        {R"({"event":"e","data":nope})", EnvelopeError::NotAnObject},
        {R"({"event":"e",})", EnvelopeError::NotAnObject},
        {"{}", EnvelopeError::MissingEvent},
        {R"({"data":{"event":"e"}})", EnvelopeError::MissingEvent},
        {R"({"event":1})", EnvelopeError::IllegalEvent},
        {R"({"event":null})", EnvelopeError::IllegalEvent},
        {R"({"event":"e","id":null})", EnvelopeError::IllegalId},
        {R"({"event":"e","id":true})", EnvelopeError::IllegalId},
        {R"({"event":"e","id":[1]})", EnvelopeError::IllegalId},
        {R"({"event":"e","id":{}})", EnvelopeError::IllegalId},
    };
    for (const Row& row : rows) {
      std::string unescaped;
      const auto envelope = parseEnvelope(row.text, unescaped);
      CPPUNIT_ASSERT_MESSAGE(std::string(row.text), !envelope);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.text), describe(row.error), describe(envelope.error()));
    }
    std::string unescaped;
    const std::string deep = R"({"event":"e","data":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    CPPUNIT_ASSERT(!parseEnvelope(deep, unescaped));
  }

  void testNoPrefixIsAnEnvelope() {
    const std::string_view whole = R"( {"event":"n\u00e4me","id":"7","data":{"k":[1.5e-3,"\\",null,true]}})";
    std::string unescaped;
    CPPUNIT_ASSERT(parseEnvelope(whole, unescaped));
    for (std::size_t length = 0; length < whole.size(); ++length) {
      // In a buffer of exactly its size, so that AddressSanitizer finds reads beyond it.
      const std::vector<char> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      CPPUNIT_ASSERT(!parseEnvelope({part.data(), part.size()}, unescaped));
    }
  }

  void testEncoding() {
    EnvelopeWriter event, bare, ack, error;
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"event":"say \"hi\"","data":{"a":1}})"),
                         event.event("say \"hi\"", R"({"a":1})").text());
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"event":"e","data":null})"), bare.event("e", "").text());
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"ack":"x1","status":2,"data":{}})"), ack.ack(R"("x1")", 2, "{}").text());
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"event":"error","data":{"errors":{"code":"400","detail":"no \"event\""}}})"),
                         error.error("400", "no \"event\"").text());
  }

  void testEncodedOnce() {
    const auto encoded = EncodedEnvelope::of("e", "1");
    CPPUNIT_ASSERT_EQUAL(std::string("\x81\x16") + R"({"event":"e","data":1})", std::string(encoded.frame.view()));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EnvelopeCodecTest);

}  // namespace
}  // namespace chat::plainws
