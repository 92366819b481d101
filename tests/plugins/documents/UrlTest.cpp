#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "support/Url.h"

namespace chat::test {

class UrlTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(UrlTest);
  CPPUNIT_TEST(urlsThatMayBeFollowed);
  CPPUNIT_TEST_SUITE_END();

  void urlsThatMayBeFollowed() {
    const struct {
      std::string url;
      bool isOne;
    } rows[] = {
        {"http://example.org", true},
        {"https://example.org/a.png?x=1#y", true},
        {"HTTPS://EXAMPLE.ORG", true},
        {"http://localhost:8080/", true},
        {"http://127.0.0.1/x", true},
        {"http://[::1]:80/", true},
        {"http://user:word@example.org/", true},
        {"http://b\xc3\xbc"
         "cher.example/",
         true},
        {"http://example.org?q", true},
        {"http://host:", true},
        {"", false},
        {"example.org", false},
        {"/a.png", false},
        {"//example.org/a.png", false},
        {"http:", false},
        {"http://", false},
        {"http:///a.png", false},
        {"http://?x", false},
        {"http://#x", false},
        {"http://:80/", false},
        {"http://user@/", false},
        {"http:example.org", false},
        {"http:/example.org", false},
        {"http:\\\\example.org", false},
        {"http://example.org\\@evil.example", false},
        {"http://exa mple.org", false},
        {"http://example.org/a b", false},
        {" http://example.org", false},
        {"http://example.org\n", false},
        {std::string("http://example.org/\0", 20), false},
        {"http://exa<mple.org", false},
        {"http://example.org:port", false},
        {"http://example.org:99999", false},
        {"http://[::1", false},
        {"http://[nonsense]/", false},
        {"http://[::1]x/", false},
        {"http://../", false},
        {"ftp://example.org", false},
        {"javascript:alert(1)", false},
        {"JaVaScRiPt://example.org/%0aalert(1)", false},
        {"data:text/html,x", false},
        {"https", false},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(row.url, row.isOne, support::isHttpUrl(row.url));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UrlTest);

}  // namespace chat::test
