#include <cppunit/extensions/HelperMacros.h>

#include "engineio/api/SessionCookie.h"

namespace chat::engineio {

class SessionCookieTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SessionCookieTest);
  CPPUNIT_TEST(asTheReferenceServerWritesIt);
  CPPUNIT_TEST(withEveryAttribute);
  CPPUNIT_TEST(bytesThatWouldBreakTheFieldAreEscaped);
  CPPUNIT_TEST_SUITE_END();

 public:
  void asTheReferenceServerWritesIt() {
    SessionCookie cookie;
    CPPUNIT_ASSERT(!cookie.enabled());
    cookie.name = "io";
    CPPUNIT_ASSERT_EQUAL(std::string("io=abc; Path=/; HttpOnly; SameSite=Lax"), cookie.field("abc"));
  }

  void withEveryAttribute() {
    SessionCookie cookie;
    cookie.name = "sid";
    cookie.path = "/x";
    cookie.domain = "example.org";
    cookie.httpOnly = false;
    cookie.secure = true;
    cookie.sameSite = "none";
    cookie.maxAge = 0;
    CPPUNIT_ASSERT_EQUAL(std::string("sid=abc; Max-Age=0; Domain=example.org; Path=/x; Secure; SameSite=None"),
                         cookie.field("abc"));
    cookie = {};
    cookie.name = "s";
    cookie.path = cookie.sameSite = "";
    CPPUNIT_ASSERT_EQUAL(std::string("s=abc; HttpOnly"), cookie.field("abc"));
  }

  void bytesThatWouldBreakTheFieldAreEscaped() {
    for (const auto* name : {"io", "__Host-io", "a.b"}) CPPUNIT_ASSERT(isCookieName(name));
    for (const auto* name : {"", "a b", "a;b", "a=b", "a\r\nb", "\xC3\xA4"}) CPPUNIT_ASSERT(!isCookieName(name));
    CPPUNIT_ASSERT(isCookieAttribute("/a/b") && isCookieAttribute(""));
    CPPUNIT_ASSERT(!isCookieAttribute("/; Domain=x") && !isCookieAttribute("/\n"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionCookieTest);

}  // namespace chat::engineio
