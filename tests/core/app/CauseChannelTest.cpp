#include <Poco/Logger.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "app/log/CauseChannel.h"
#include "base/LogCause.h"
#include "support/FakeClock.h"

namespace chat::app {

class CauseChannelTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CauseChannelTest);
  CPPUNIT_TEST(aLineASecondOfEachCause);
  CPPUNIT_TEST(messagesWithoutACausePass);
  CPPUNIT_TEST(causesAreBounded);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    _lines = new Lines;
    for (auto* const logger : {&_one, &_other}) {
      logger->setLevel(Poco::Message::PRIO_INFORMATION);
      logger->setChannel(Poco::AutoPtr<Poco::Channel>(new CauseChannel(_lines, _clock)));
    }
  }
  void tearDown() override {
    for (auto* const logger : {&_one, &_other}) logger->setChannel(nullptr);
  }

  void aLineASecondOfEachCause() {
    for (int i = 0; i < 1000; ++i) {
      base::warnCause(_one, "wrong", "refused " + std::to_string(i));
      base::warnCause(_one, "slow", "closed " + std::to_string(i));
      base::warnCause(_other, "wrong", "elsewhere " + std::to_string(i));
    }
    expect({"refused 0", "closed 0", "elsewhere 0"});
    _clock.advance(base::Duration{999});
    base::warnCause(_one, "wrong", "refused");
    expect({});
    _clock.advance(base::Duration{1});
    base::warnCause(_one, "wrong", "refused");
    base::logCause(_one, Poco::Message::PRIO_DEBUG, "wrong", "not of this level");
    expect({"refused suppressed=1000"});
    _clock.advance(base::Duration{1000});
    base::warnCause(_one, "wrong", "refused");
    expect({"refused"});
  }

  void messagesWithoutACausePass() {
    for (int i = 0; i < 3; ++i) poco_warning(_one, "a plugin serves");
    expect({"a plugin serves", "a plugin serves", "a plugin serves"});
  }

  void causesAreBounded() {
    for (int i = 0; i < 5000; ++i) base::warnCause(_one, "cause " + std::to_string(i), "a line");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1001}, _lines->texts.size());
  }

 private:
  struct Lines final : Poco::Channel {
    void log(const Poco::Message& message) override { texts.push_back(message.getText()); }
    std::vector<std::string> texts;
  };

  void expect(const std::vector<std::string>& texts) {
    CPPUNIT_ASSERT_EQUAL(texts.size(), _lines->texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) CPPUNIT_ASSERT_EQUAL(texts[i], _lines->texts[i]);
    _lines->texts.clear();
  }

  test::FakeClock _clock;
  Poco::AutoPtr<Lines> _lines;
  Poco::Logger& _one = Poco::Logger::get("test.causes.one");
  Poco::Logger& _other = Poco::Logger::get("test.causes.other");
};

CPPUNIT_TEST_SUITE_REGISTRATION(CauseChannelTest);

}  // namespace chat::app
