#include <cppunit/extensions/HelperMacros.h>

#include "http/AnswerFields.h"

using namespace chat::http;

class AnswerFieldsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AnswerFieldsTest);
  CPPUNIT_TEST(fieldsThatMayBeAdded);
  CPPUNIT_TEST(whatAValueMayBe);
  CPPUNIT_TEST(aFieldReplacesOneOfTheSameName);
  CPPUNIT_TEST_SUITE_END();

 public:
  void fieldsThatMayBeAdded() {
    for (const char* name : {"X-Anything", "Set-Cookie", "Strict-Transport-Security", "Vary", "~!#$%&'*+-.^_`|1"}) {
      CPPUNIT_ASSERT_MESSAGE(name, isAddable(name));
    }
    for (const char* name : {"", "X Y", "X:", "X\r\nY", "content-length", "Content-Type", "Content-Encoding",
                             "Transfer-Encoding", "connection", "Keep-Alive", "UPGRADE", "TE", "Trailer", "Date",
                             "Cache-Control", "Sec-WebSocket-Accept", "sec-websocket-protocol"}) {
      CPPUNIT_ASSERT_MESSAGE(name, !isAddable(name));
    }
  }

  void whatAValueMayBe() {
    CPPUNIT_ASSERT(isFieldValue(""));
    CPPUNIT_ASSERT(isFieldValue("a=b; Path=/\t\"\xC3\xA9\""));
    for (const std::string value : {"a\r\nb", "a\nb", "a\rb", "a\x01", "a\x7F"}) CPPUNIT_ASSERT(!isFieldValue(value));
    CPPUNIT_ASSERT(!isFieldValue(std::string_view("a\0b", 3)));
  }

  void aFieldReplacesOneOfTheSameName() {
    std::vector<Field> fields{{"Vary", "Origin"}};
    setField(fields, "Set-Cookie", "one=1");
    setField(fields, "set-cookie", "two=2");
    setField(fields, "VARY", "Accept");
    CPPUNIT_ASSERT(
        (fields == std::vector<Field>{{"Set-Cookie", "one=1"}, {"set-cookie", "two=2"}, {"VARY", "Accept"}}));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnswerFieldsTest);
