#include <cppunit/extensions/HelperMacros.h>

#include <boost/json/parse.hpp>
#include <limits>
#include <string>

#include "plugin/api/AppError.h"
#include "support/Document.h"

namespace chat::test {

using plugin::AppError;
using support::Document;

namespace {

/// The refusal as `code: detail`, or `none`.
template <typename F>
std::string refusalOf(F&& f) {
  try {
    f();
  } catch (const AppError& error) {
    return std::to_string(error.code()) + ": " + error.detail();
  }
  return "none";
}

}  // namespace

class DocumentTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DocumentTest);
  CPPUNIT_TEST(invalidDocuments);
  CPPUNIT_TEST(everyCutOfADocumentIsRefused);
  CPPUNIT_TEST(depthIsLimited);
  CPPUNIT_TEST(refusalsNameTheMember);
  CPPUNIT_TEST(integers);
  CPPUNIT_TEST(typeIsRequired);
  CPPUNIT_TEST(depths);
  CPPUNIT_TEST_SUITE_END();

  void invalidDocuments() {
    const std::string texts[] = {"",
                                 " ",
                                 "null",
                                 "[]",
                                 "5",
                                 "\"text\"",
                                 "{",
                                 "{}{}",
                                 "{} x",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{'a':1}",
                                 "{\"a\":01}",
                                 "{\"a\":NaN}",
                                 "{\"a\":\"\xff\"}",
                                 "{\"a\":\"\\ud800\"}",         // a lone surrogate
                                 "{\"a\":\"\\udc00\\ud800\"}",  // the wrong way round
                                 "{\"a\":\"\xed\xa0\x80\"}",    // the same in bytes
                                 "{\"a\":\"\n\"}"};
    for (const std::string& text : texts) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string("400"), refusalOf([&] { Document{text}; }).substr(0, 3));
    }
  }

  void everyCutOfADocumentIsRefused() {
    const std::string whole = R"({"data":{"type":"msg","a":[1,true,null,"\u0041\ud83d\ude00"]}})";
    for (std::size_t length = 0; length < whole.size(); ++length) {
      CPPUNIT_ASSERT_EQUAL(std::string("400"),
                           refusalOf([&] { Document{std::string_view(whole).substr(0, length)}; }).substr(0, 3));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("none"), refusalOf([&] { Document{whole}; }));
  }

  void depthIsLimited() {
    const auto nested = [](std::size_t depth) {
      return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    CPPUNIT_ASSERT_EQUAL(std::string("none"), refusalOf([&] { Document{nested(Document::MaxDepth)}; }));
    for (const std::size_t depth : {Document::MaxDepth + 1, std::size_t{100'000}}) {
      CPPUNIT_ASSERT_EQUAL(std::string("413"), refusalOf([&] { Document{nested(depth)}; }).substr(0, 3));
    }
  }

  void refusalsNameTheMember() {
    const Document document(R"({"data":{"type":"msg","message":{"rid":5},"list":[],"nothing":null}})");
    const support::Member data = document.data();
    const struct {
      std::string expected;
      std::function<void()> ask;
    } rows[] = {
        {"400: data.message.rid must be a string", [&] { (void)data.member("message").member("rid").text(); }},
        {"400: data.message.sid is missing", [&] { (void)data.member("message").member("sid").text(); }},
        {"400: data.list must be an object", [&] { (void)data.member("list").member("x"); }},
        {"400: data.nothing must be a string", [&] { (void)data.member("nothing").text(); }},
        {"400: data.user_auth.username is missing", [&] { (void)data.member("user_auth").member("username").text(); }},
        {"413: data.list is too long", [&] { data.member("list").refuseAsTooLarge("is too long"); }},
        {"none", [&] { (void)data.member("absent").member("deeper").isPresent(); }},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL(row.expected, refusalOf(row.ask));
  }

  void integers() {
    constexpr auto Max = std::numeric_limits<std::uint64_t>::max();
    const struct {
      std::string json;
      std::uint64_t max;
      std::string expected;  // the number, or `400`
    } rows[] = {
        {"1", 100, "1"},
        {"100", 100, "100"},
        {"20.0", 100, "20"},
        {"2e1", 100, "20"},
        {"0", 100, "400"},
        {"-1", 100, "400"},
        {"101", 100, "400"},
        {"1.5", 100, "400"},
        {"\"5\"", 100, "400"},
        {"null", 100, "400"},
        {"true", 100, "400"},
        {"[]", 100, "400"},
        {"18446744073709551615", Max, "18446744073709551615"},
        {"1e30", Max, "18446744073709551615"},
        {"-1e30", Max, "400"},
        {"1e999", 100, "400"},
    };
    for (const auto& row : rows) {
      const std::string text = "{\"rows\":" + row.json + "}";
      const Document document(text);
      std::string got;
      const std::string refusal =
          refusalOf([&] { got = std::to_string(document.root().member("rows").integer(1, row.max)); });
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.json, row.expected, refusal == "none" ? got : refusal.substr(0, 3));
    }
  }

  void typeIsRequired() {
    const struct {
      std::string json;
      std::string expected;
    } rows[] = {
        {R"({"data":{"type":"msg"}})", "none"},
        {R"({})", "400: data is missing"},
        {R"({"data":5})", "400: data must be an object"},
        {R"({"data":{}})", "400: data.type is missing"},
        {R"({"data":{"type":null}})", "400: data.type must be a string"},
        {R"({"data":{"type":"MSG"}})", "400: data.type must be \"msg\""},
    };
    for (const auto& row : rows) {
      const Document document(row.json);
      CPPUNIT_ASSERT_EQUAL(row.expected, refusalOf([&] { document.requireType("msg"); }));
    }
  }

  void depths() {
    const struct {
      std::string json;
      std::size_t depth;
    } rows[] = {{"1", 0}, {"{}", 1}, {R"({"a":1})", 1}, {"[[],{}]", 2}, {R"({"a":[{"b":[]}],"c":[]})", 4}};
    for (const auto& row : rows) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.json, row.depth, support::depthOf(boost::json::parse(row.json)));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DocumentTest);

}  // namespace chat::test
