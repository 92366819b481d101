#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "plugin/api/AppError.h"
#include "support/Attributes.h"
#include "support/Document.h"

namespace chat::test {

class AttributesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AttributesTest);
  CPPUNIT_TEST(theyAreKeptAsSent);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(urlsAreFoundAnywhere);
  CPPUNIT_TEST(sizeIsLimited);
  CPPUNIT_TEST(depthIsLimited);
  CPPUNIT_TEST_SUITE_END();

  /// The stored text, or `code: detail`.
  static std::string read(const std::string& attributes) {
    const std::string text = R"({ "data" : {"message":{"attributes": )" + attributes + " }}}";
    try {
      return support::readAttributes(support::Document(text), {});
    } catch (const plugin::AppError& error) {
      return std::to_string(error.code()) + ": " + error.detail();
    }
  }

  void theyAreKeptAsSent() {
    const struct {
      std::string sent;
      std::string kept;
    } rows[] = {
        {"{}", "{}"},
        {R"({ "image" : {"url":"http://x/y.png" ,"width":1e2,"height":1.50} })",
         R"({"image":{"url":"http://x/y.png","width":1e2,"height":1.50}})"},
        {R"({"video":{"url":"https://x","source":"camera","length":123456789012345678901234567890}})",
         R"({"video":{"url":"https://x","source":"camera","length":123456789012345678901234567890}})"},
        {R"({"unknown":{"deeper":[null,true,-0]},"":"x"})", R"({"unknown":{"deeper":[null,true,-0]},"":"x"})"},
        {R"({"text":"\ud83d\ude00\u0000"})", "{\"text\":\"\xf0\x9f\x98\x80\\u0000\"}"},
        {R"({"image":{}})", R"({"image":{}})"},
        {R"({"url":"javascript:x","url":"http://x"})", R"({"url":"http://x"})"},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL(row.kept, read(row.sent));
    const std::string none = R"({"data":{"message":{}}})";
    CPPUNIT_ASSERT_EQUAL(std::string("{}"), support::readAttributes(support::Document(none), {}));
  }

  void whatIsRefused() {
    const struct {
      std::string sent;
      std::string refusal;
    } rows[] = {
        {"null", "400: data.message.attributes must be an object"},
        {"[]", "400: data.message.attributes must be an object"},
        {"\"x\"", "400: data.message.attributes must be an object"},
        {R"({"image":"http://x"})", "400: data.message.attributes.image must be an object"},
        {R"({"image":null})", "400: data.message.attributes.image must be an object"},
        {R"({"video":[]})", "400: data.message.attributes.video must be an object"},
        {R"({"image":{"url":5}})", "400: data.message.attributes.image.url must be a string"},
        {R"({"_placeholder":true,"num":0})", "400: data.message.attributes must not be a binary value"},
        {R"({"image":{"data":[{"_placeholder":true,"num":1}]}})",
         "400: data.message.attributes.image.data[0] must not be a binary value"},
        {R"({"a":{"_placeholder":"true"}})", R"({"a":{"_placeholder":"true"}})"},
        {R"({"image":{"url":""}})", "400: data.message.attributes.image.url must be an http or https URL with a host"},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL(row.refusal, read(row.sent));
  }

  void urlsAreFoundAnywhere() {
    const std::string why = " must be an http or https URL with a host";
    const struct {
      std::string sent;
      std::string refusal;
    } rows[] = {
        {R"({"url":"javascript:x"})", "400: data.message.attributes.url" + why},
        {R"({"a":{"b":[{"c":1},{"url":"data:x"}]}})", "400: data.message.attributes.a.b[1].url" + why},
        {R"({"a":[[{"u\u0072l":"http://"}]]})", "400: data.message.attributes.a[0][0].url" + why},
        {R"({"url":{"url":"http://x"}})", "400: data.message.attributes.url must be a string"},
        {R"({"URL":"javascript:x"})", R"({"URL":"javascript:x"})"},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL(row.refusal, read(row.sent));
  }

  void sizeIsLimited() {
    const auto sized = [](std::size_t bytes) { return R"({"a":")" + std::string(bytes - 8, 'x') + "\"}"; };
    CPPUNIT_ASSERT_EQUAL(sized(16 * 1024), read(sized(16 * 1024)));
    CPPUNIT_ASSERT_EQUAL(std::string("413: data.message.attributes must have at most 16384 bytes as JSON"),
                         read(sized(16 * 1024 + 1)));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("white space is not counted", std::string(R"({"a":1})"),
                                 read("{" + std::string(20'000, ' ') + "\"a\":1}"));
  }

  void depthIsLimited() {
    const auto nested = [](std::size_t depth) {
      return R"({"a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    CPPUNIT_ASSERT_EQUAL(nested(32), read(nested(32)));
    CPPUNIT_ASSERT_EQUAL(std::string("413: data.message.attributes must not be nested more than 32 levels deep"),
                         read(nested(33)));
    CPPUNIT_ASSERT_EQUAL(std::string("413"), read(nested(8000)).substr(0, 3));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AttributesTest);

}  // namespace chat::test
