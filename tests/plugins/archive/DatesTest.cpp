#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "archive/flask/FlaskDate.h"
#include "archive/flask/TakenMessage.h"
#include "archive/removal/Age.h"
#include "support/ImportedPassword.h"

namespace chat::test {

using namespace std::chrono_literals;

/// Dates and other values of the Flask chat, and ages for `purge`.
class DatesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DatesTest);
  CPPUNIT_TEST(datesAreReadInAnyFormThatFlaskWrites);
  CPPUNIT_TEST(whatIsNoDate);
  CPPUNIT_TEST(agesAndDays);
  CPPUNIT_TEST(attributesAreCheckedAsMessagesDoes);
  CPPUNIT_TEST(passwordsInAnyEncoding);
  CPPUNIT_TEST_SUITE_END();

  static std::string date(std::string_view text, std::chrono::minutes offset = 0min) {
    const auto millis = archive::flaskDate(text, offset);
    return millis ? support::formatDate(*millis) : "none";
  }

  void datesAreReadInAnyFormThatFlaskWrites() {
    const std::string expected = "2021-03-04T05:06:07.000Z";
    for (const char* text : {"2021-03-04 05:06:07", "2021-03-04T05:06:07Z", "2021-03-04 05:06:07.000000",
                             "2021-03-04 06:06:07+01:00", "2021-03-04 01:06:07 -0400", "1614834367", "1614834367000",
                             "1614834367.0", "Thu, 04 Mar 2021 05:06:07 GMT"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(text, expected, date(text));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("2021-03-04T05:06:07.123Z"), date("2021-03-04 05:06:07.123456"));
    CPPUNIT_ASSERT_EQUAL(std::string("2021-03-04T00:00:00.000Z"), date("2021-03-04"));
    CPPUNIT_ASSERT_EQUAL(std::string("2021-03-04T03:06:07.000Z"), date("2021-03-04 05:06:07", 120min));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("it says its offset itself", expected, date("2021-03-04T05:06:07Z", 120min));
  }

  void whatIsNoDate() {
    for (const char* text : {"", "yesterday", "2021-02-30 00:00:00", "2021-03-04 25:00:00", "2021-03-04 05:06:07 x",
                             "2021-3-4", "-5", "1e400", "2021-03-04 05"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string("none"), date(text));
    }
  }

  void agesAndDays() {
    const support::Millis now = 100LL * 365 * 86'400'000;
    const auto age = [&](std::string_view text) { return archive::timeBefore(text, now).value_or(-1); };
    CPPUNIT_ASSERT_EQUAL(now - 12 * support::Millis{3'600'000}, age("12h"));
    CPPUNIT_ASSERT_EQUAL(now - 30 * support::Millis{86'400'000}, age("30d"));
    CPPUNIT_ASSERT_EQUAL(now - 14 * support::Millis{86'400'000}, age("2w"));
    CPPUNIT_ASSERT_EQUAL(now - 365 * support::Millis{86'400'000}, age("1y"));
    CPPUNIT_ASSERT_EQUAL(support::Millis{1'614'816'000'000}, age("2021-03-04"));
    for (const char* text : {"", "d", "30", "-1d", "1.5d", "30m", "2021-02-30", "tomorrow", "99999999999999d"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(text, support::Millis{-1}, age(text));
    }
  }

  /// The attributes, or why the message can't be taken over.
  static std::string attributes(const std::string& column, bool keepText = false) {
    const auto converted = archive::convert({1, "a", "b", "text", column, "2021-03-04", false}, {0min, keepText});
    if (const auto* why = std::get_if<std::string>(&converted)) return *why;
    return std::get<archive::TakenMessage>(converted).attributes;
  }

  void attributesAreCheckedAsMessagesDoes() {
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"image":{"url":"http://x.example/a","width":1.10}})"),
                         attributes(R"( {"image": {"url": "http://x.example/a", "width": 1.10}} )"));
    for (const char* none : {"", "null", " {} "}) CPPUNIT_ASSERT_EQUAL(std::string("{}"), attributes(none));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("JSON in a string", std::string(R"({"a":1})"), attributes(R"("{\"a\": 1}")"));
    CPPUNIT_ASSERT_EQUAL(std::string("attributes.image.url must be an http or https URL with a host"),
                         attributes(R"({"image":{"url":"javascript:x"
  }})"));
    CPPUNIT_ASSERT_EQUAL(std::string("attributes are no JSON"), attributes("{'a': 1}"));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("it can't end the document around it", std::string("attributes are no JSON"),
                                 attributes(R"({}},"x":{"y":{})"));
    CPPUNIT_ASSERT_EQUAL(std::string("attributes are no UTF-8"), attributes("{\"a\":\"\xff\"}"));
    CPPUNIT_ASSERT_EQUAL(std::string("{}"), attributes(R"({"image":{"url":"javascript:x"
    }
    })",
                                                       true));
  }

  void passwordsInAnyEncoding() {
    const std::string digest(32, '\x41');
    const std::string expected = "$pbkdf2-sha256$100000$3031$" + support::toHex(digest);
    for (const std::string& column :
         {digest, support::toHex(digest), std::string("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")}) {
      CPPUNIT_ASSERT_EQUAL(expected, archive::passwordHashOf({1, "a", column, "01"}, false));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("$pbkdf2-sha256$100000$01$" + support::toHex(digest)),
                         archive::passwordHashOf({1, "a", digest, "01"}, true));
    for (const char* column : {"", "plain", "$2b$12$abcdefghijklmnopqrstuv"}) {
      CPPUNIT_ASSERT_EQUAL(std::string(), archive::passwordHashOf({1, "a", column, "01"}, false));
    }
    CPPUNIT_ASSERT_EQUAL_MESSAGE("no salt", std::string(), archive::passwordHashOf({1, "a", digest, ""}, false));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatesTest);

}  // namespace chat::test
