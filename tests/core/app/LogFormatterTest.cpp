#include <cppunit/extensions/HelperMacros.h>

#include "app/log/LogFormatter.h"

using chat::app::LogFormatter;

class LogFormatterTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LogFormatterTest);
  CPPUNIT_TEST(writesALine);
  CPPUNIT_TEST(writesAnObject);
  CPPUNIT_TEST(staysOnOneLine);
  CPPUNIT_TEST_SUITE_END();

 public:
  void writesALine() {
    CPPUNIT_ASSERT_EQUAL(std::string("1970-01-01T00:00:00.000Z warning net slow peer=1.2.3.4"),
                         formatted(LogFormatter::Style::Text, "slow peer=1.2.3.4"));
  }

  void writesAnObject() {
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"time":"1970-01-01T00:00:00.000Z","level":"warning","logger":"net",)"
                                     R"("message":"say \"x\""})"),
                         formatted(LogFormatter::Style::Json, "say \"x\""));
  }

  void staysOnOneLine() {
    const auto line = formatted(LogFormatter::Style::Text, "a\nb\rc\x1b[0m");
    CPPUNIT_ASSERT(line.ends_with("net a\\nb\\x0dc\\x1b[0m"));
    CPPUNIT_ASSERT(formatted(LogFormatter::Style::Json, "a\nb").find('\n') == std::string::npos);
  }

 private:
  static std::string formatted(LogFormatter::Style style, const std::string& text) {
    Poco::Message message("net", text, Poco::Message::PRIO_WARNING);
    message.setTime(Poco::Timestamp(0));
    Poco::AutoPtr<LogFormatter> formatter(new LogFormatter(style));
    std::string line;
    formatter->format(message, line);
    return line;
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogFormatterTest);
