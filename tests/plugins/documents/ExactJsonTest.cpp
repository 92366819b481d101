#include <cppunit/extensions/HelperMacros.h>

#include <boost/json/parse.hpp>
#include <string>

#include "support/ExactJson.h"

namespace chat::test {

class ExactJsonTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ExactJsonTest);
  CPPUNIT_TEST(membersAreFound);
  CPPUNIT_TEST(valuesAreCompacted);
  CPPUNIT_TEST(compactingKeepsTheMeaning);
  CPPUNIT_TEST(stringsAreQuoted);
  CPPUNIT_TEST_SUITE_END();

  void membersAreFound() {
    const struct {
      std::string object;
      std::string expected;
    } rows[] = {
        {R"({"a":1})", "1"},
        {R"( { "b" : [1,{"a":2}] , "a" : 1e2 } )", "1e2"},
        {R"({"a":"x","b":{"a":3}})", "\"x\""},
        {R"({"a":{ "c" : [ ] } })", R"({ "c" : [ ] })"},
        {R"({"a":[1,2] ,"b":0})", "[1,2]"},
        {R"({"\u0061":true})", "true"},
        {R"({"a":1,"a":2})", "2"},
        {R"({"b":"\"a\":1}","a":null})", "null"},
        {R"({"b":"\\","a":-0})", "-0"},
        {R"({"ab":1})", "(none)"},
        {R"({})", "(none)"},
    };
    for (const auto& row : rows) {
      const auto found = support::memberText(row.object, "a");
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.object, row.expected, found ? std::string(*found) : "(none)");
    }
  }

  void valuesAreCompacted() {
    const struct {
      std::string json;
      std::string expected;
    } rows[] = {
        {" { } ", "{}"},
        {"[ ]", "[]"},
        {"\t[ 1 ,\r\n2 ]", "[1,2]"},
        {R"({ "a" : "b c" , "d" : [ { } , null ] })", R"({"a":"b c","d":[{},null]})"},
        // Numbers as they are, whatever a double would make of them.
        {"[1e2, 1.10, -0, 0.1e-7, 123456789012345678901234567890, 1e999]",
         "[1e2,1.10,-0,0.1e-7,123456789012345678901234567890,1e999]"},
        {R"(["\u0041\u00e4\/\ud83d\ude00","\u0000\n"])", "[\"A\xc3\xa4/\xf0\x9f\x98\x80\",\"\\u0000\\n\"]"},
        {R"({"a":1,"b":2,"\u0061":3})", R"({"a":3,"b":2})"},
        {R"("\"}")", R"("\"}")"},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL(row.expected, support::compactJson(row.json));
  }

  void compactingKeepsTheMeaning() {
    const std::string json =
        R"({"image":{"url":"http:\/\/x\/\u00e9","width": 12.50,"tags":["a" , "\\", {"":[[[]]]}]}})";
    const std::string compact = support::compactJson(json);
    CPPUNIT_ASSERT(boost::json::parse(json) == boost::json::parse(compact));
    CPPUNIT_ASSERT_EQUAL(compact, support::compactJson(compact));
  }

  void stringsAreQuoted() {
    const struct {
      std::string text;
      std::string expected;
    } rows[] = {{"", "\"\""},
                {std::string("a\0b", 3), "\"a\\u0000b\""},
                {"\"\\\n", "\"\\\"\\\\\\n\""},
                {"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""}};
    for (const auto& row : rows) {
      std::string json = ">";
      support::appendJsonString(json, row.text);
      CPPUNIT_ASSERT_EQUAL(">" + row.expected, json);
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExactJsonTest);

}  // namespace chat::test
