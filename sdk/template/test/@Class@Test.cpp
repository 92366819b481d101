#include <cppunit/extensions/HelperMacros.h>

#include "testing/TestHost.h"

/// The library that the server would load, with the server's own protocol code around it.
class @Class@Test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(@Class@Test);
  CPPUNIT_TEST(greetsWhoIsLoggedIn);
  CPPUNIT_TEST(refusesWhoIsNot);
  CPPUNIT_TEST_SUITE_END();

 public:
  void greetsWhoIsLoggedIn() {
    chat::testing::TestHost host;
    host.load(CHAT_PLUGIN_FILE, {{"greeting", "Welcome"}});
    auto ann = host.connect({.identity = host.user("Ann")});
    const auto answer = ann.ask("@name@");
    CPPUNIT_ASSERT_EQUAL(0, answer.status());
    CPPUNIT_ASSERT_EQUAL(std::string("Welcome Ann"), answer.text("/data/text"));
  }

  void refusesWhoIsNot() {
    chat::testing::TestHost host;
    host.load(CHAT_PLUGIN_FILE);
    CPPUNIT_ASSERT_EQUAL(401, host.connect().ask("@name@").code());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(@Class@Test);
