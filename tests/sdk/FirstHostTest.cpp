#include <Poco/Logger.h>
#include <cppunit/extensions/HelperMacros.h>

#include "LogLines.h"
#include "testing/TestHost.h"

namespace chat::testing {

/// A separate program, for behaviour of the first host of a process.
class FirstHostTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FirstHostTest);
  CPPUNIT_TEST(theLogOfPluginsIsReturned);
  CPPUNIT_TEST_SUITE_END();

  class Talker final : public plugin::Plugin {
    void start(plugin::Context& context, plugin::Registrar&) override { context.logger().information("good morning"); }
  };

 public:
  void theLogOfPluginsIsReturned() {
    TestHost host;
    host.load(std::make_unique<Talker>(), "talker", "");
    CPPUNIT_ASSERT(contains(host.log(), "information plugin.talker: good morning"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FirstHostTest);

}  // namespace chat::testing
