#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

#include "base/LogThrottle.h"
#include "http/CorsPolicy.h"

namespace chat::http {

// The policy's effect on HTTP answers is tested in tests/integration/origins.test.mjs.
class CorsPolicyTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CorsPolicyTest);
  CPPUNIT_TEST(theSameOrigin);
  CPPUNIT_TEST(settingsThatCannotBe);
  CPPUNIT_TEST(theLogIsThrottled);
  CPPUNIT_TEST_SUITE_END();

 public:
  void theSameOrigin() {
    CPPUNIT_ASSERT(isSameOrigin("http://a.example", "a.example"));
    CPPUNIT_ASSERT(isSameOrigin("https://A.example", "a.EXAMPLE:443"));
    CPPUNIT_ASSERT(isSameOrigin("http://a.example:80", "a.example"));
    CPPUNIT_ASSERT(isSameOrigin("http://[::1]:18000", "[::1]:18000"));
    for (const auto* origin : {"", "null", "a.example", "http://", "http://b.example", "http://a.example.b",
                               "http://xa.example", "http://a.example:443", "https://a.example:80", "file://"}) {
      CPPUNIT_ASSERT_MESSAGE(origin, !isSameOrigin(origin, "a.example"));
    }
    CPPUNIT_ASSERT(!isSameOrigin("http://", ""));
  }

  void settingsThatCannotBe() {
    CorsPolicy::Options options;
    options.origins = {"*"};
    options.credentials = true;
    CPPUNIT_ASSERT_THROW(CorsPolicy{options}, std::invalid_argument);
    options.credentials = false;
    CPPUNIT_ASSERT(CorsPolicy{options}.enabled());
    options.origins = {"/[/"};
    CPPUNIT_ASSERT_THROW(CorsPolicy{options}, std::invalid_argument);
    CPPUNIT_ASSERT(!CorsPolicy{}.enabled());
  }

  void theLogIsThrottled() {
    base::LogThrottle throttle(base::Duration{1000});
    const base::TimePoint start{base::Duration{5}};
    CPPUNIT_ASSERT(throttle.pass(start) == 0U);
    CPPUNIT_ASSERT(!throttle.pass(start));
    CPPUNIT_ASSERT(!throttle.pass(start + base::Duration{999}));
    CPPUNIT_ASSERT(throttle.pass(start + base::Duration{1000}) == 2U);
    CPPUNIT_ASSERT(throttle.pass(start + base::Duration{9000}) == 0U);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CorsPolicyTest);

}  // namespace chat::http
