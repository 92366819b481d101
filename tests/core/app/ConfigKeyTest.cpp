#include <cppunit/extensions/HelperMacros.h>

#include "app/settings/ConfigKey.h"
#include "app/settings/ConfigTable.h"

using namespace chat::app;
using Type = ConfigKey::Type;

namespace {

constexpr ConfigKey Port{"a.port", Type::Integer, "1", "", nullptr, 0, 65535};
constexpr ConfigKey Open{"a.open", Type::Integer, "1", "", nullptr, 5};
constexpr ConfigKey Flag{"a.flag", Type::Boolean, "true", ""};
constexpr ConfigKey Choice{"a.choice", Type::Text, "x", "", nullptr, 0, 0, "x|yy"};
constexpr ConfigKey Some{"a.some", Type::List, "x", "", nullptr, 1, 0, "x|yy"};

}  // namespace

class ConfigKeyTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ConfigKeyTest);
  CPPUNIT_TEST(readsValues);
  CPPUNIT_TEST(saysWhatIsAllowed);
  CPPUNIT_TEST(namesItsEnvironmentVariable);
  CPPUNIT_TEST(everyDefaultIsAllowed);
  CPPUNIT_TEST_SUITE_END();

 public:
  void readsValues() {
    CPPUNIT_ASSERT_EQUAL(std::int64_t{65535}, Port.parse("65535").value().integer);
    CPPUNIT_ASSERT(Flag.parse("on").value().boolean);
    CPPUNIT_ASSERT(!Flag.parse("false").value().boolean);
    CPPUNIT_ASSERT_EQUAL(std::string("yy"), Choice.parse("yy").value().text);
    CPPUNIT_ASSERT((Some.parse(" yy , x,").value().list == std::vector<std::string>{"yy", "x"}));
  }

  void saysWhatIsAllowed() {
    for (const char* text : {"-1", "65536", "", "1x", " 1", "0x1", "1.5", "99999999999999999999"}) {
      CPPUNIT_ASSERT_MESSAGE(text, !Port.parse(text));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("an integer from 0 to 65535"), Port.parse("x").error());
    CPPUNIT_ASSERT_EQUAL(std::string("an integer from 5"), Open.parse("4").error());
    CPPUNIT_ASSERT_EQUAL(std::string("true or false"), Flag.parse("maybe").error());
    CPPUNIT_ASSERT_EQUAL(std::string("one of x, yy"), Choice.parse("y").error());
    CPPUNIT_ASSERT_EQUAL(std::string("one or more of x, yy"), Some.parse("z").error());
    CPPUNIT_ASSERT(!Some.parse(""));
  }

  void namesItsEnvironmentVariable() {
    CPPUNIT_ASSERT_EQUAL(std::string("CHAT_SERVER_PORT_FILE"), ConfigKey::environmentVariable("server.portFile"));
    CPPUNIT_ASSERT_EQUAL(std::string("CHAT_ENGINE_ALLOW_EIO3"), ConfigKey::environmentVariable("engine.allowEIO3"));
    CPPUNIT_ASSERT_EQUAL(std::string("CHAT_DATABASE_PASSWORD"), ConfigKey::environmentVariable("database.password"));
  }

  void everyDefaultIsAllowed() {
    for (const auto& key : configTable()) {
      CPPUNIT_ASSERT_MESSAGE(std::string(key.name), bool(key.parse(key.fallback)));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigKeyTest);
