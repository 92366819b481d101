#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

#include "http/Message.h"
#include "http/TrustedProxies.h"

using namespace chat::http;

class TrustedProxiesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TrustedProxiesTest);
  CPPUNIT_TEST(knowsItsNetworks);
  CPPUNIT_TEST(trustsNoProxyByDefault);
  CPPUNIT_TEST(takesTheLastAddressThatIsNotTrusted);
  CPPUNIT_TEST(takesTheHostThatTheNearestProxyNames);
  CPPUNIT_TEST(takesThePortThatTheNearestProxyNames);
  CPPUNIT_TEST(namesWhatIsNoNetwork);
  CPPUNIT_TEST_SUITE_END();

 public:
  void knowsItsNetworks() {
    const TrustedProxies proxies({"10.1.2.3/8", "192.168.7.1", "::1", "fd00::/8"});
    for (const char* address : {"10.0.0.1", "10.255.255.255", "192.168.7.1", "::1", "fd12::1", "::ffff:10.0.0.1"}) {
      CPPUNIT_ASSERT_MESSAGE(address, proxies.trusts(address));
    }
    for (const char* address : {"11.0.0.1", "192.168.7.2", "::2", "fe80::1", "", "nonsense"}) {
      CPPUNIT_ASSERT_MESSAGE(address, !proxies.trusts(address));
    }
    CPPUNIT_ASSERT(TrustedProxies({"0.0.0.0/0"}).trusts("1.2.3.4"));
  }

  void trustsNoProxyByDefault() {
    const auto client = TrustedProxies().clientOf(forwarded({"1.1.1.1"}, "https"), "127.0.0.1");
    CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), client.address);
    CPPUNIT_ASSERT(!client.secure);
  }

  void takesTheLastAddressThatIsNotTrusted() {
    const TrustedProxies proxies({"10.0.0.0/8"});
    const auto address = [&](const Request& request) { return proxies.clientOf(request, "10.0.0.1").address; };
    CPPUNIT_ASSERT_EQUAL(std::string("1.1.1.1"), address(forwarded({"1.1.1.1"})));
    CPPUNIT_ASSERT_EQUAL(std::string("2.2.2.2"), address(forwarded({"1.1.1.1, 2.2.2.2, 10.0.0.2"})));
    CPPUNIT_ASSERT_EQUAL(std::string("2.2.2.2"), address(forwarded({"1.1.1.1", "2.2.2.2", "10.0.0.2"})));
    CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.2"), address(forwarded({"10.0.0.2"})));
    CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.3"), address(forwarded({"1.1.1.1, forged, 10.0.0.3"})));
    CPPUNIT_ASSERT_EQUAL(std::string("1.1.1.1"), address(forwarded({"1.1.1.1:4711"})));
    CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"), address(forwarded({"[2001:db8::1]:4711"})));
    CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.1"), address(forwarded({})));
    CPPUNIT_ASSERT(proxies.clientOf(forwarded({}, "https"), "10.0.0.1").secure);
    CPPUNIT_ASSERT(!proxies.clientOf(forwarded({}, "https, http"), "10.0.0.1").secure);
    CPPUNIT_ASSERT(!proxies.clientOf(forwarded({}, "https"), "11.0.0.1").secure);
  }

  void takesThePortThatTheNearestProxyNames() {
    const TrustedProxies proxies({"10.0.0.0/8"});
    const auto portOf = [&](std::string_view field, const std::string& peer) {
      Request request = forwarded({});
      request.fields.emplace_back("X-Forwarded-Port", field);
      return proxies.clientOf(request, peer).port;
    };
    CPPUNIT_ASSERT_EQUAL(std::string("8443"), portOf("443, 8443", "10.0.0.1"));
    CPPUNIT_ASSERT(portOf("8443", "11.0.0.1").empty());
    for (const auto* bad : {"", "https", "84430000", "8443x", "443, evil.example"}) {
      CPPUNIT_ASSERT(portOf(bad, "10.0.0.1").empty());
    }
  }

  void takesTheHostThatTheNearestProxyNames() {
    const TrustedProxies proxies({"10.0.0.0/8"});
    Request request = forwarded({});
    request.fields.emplace_back("X-Forwarded-Host", "inner.example, public.example:8443");
    CPPUNIT_ASSERT_EQUAL(std::string("public.example:8443"), proxies.clientOf(request, "10.0.0.1").host);
    CPPUNIT_ASSERT(proxies.clientOf(request, "11.0.0.1").host.empty());
    CPPUNIT_ASSERT(proxies.clientOf(forwarded({}), "10.0.0.1").host.empty());
  }

  void namesWhatIsNoNetwork() {
    for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "host.example", "::1/129"}) {
      CPPUNIT_ASSERT_THROW_MESSAGE(text, TrustedProxies({text}), std::invalid_argument);
    }
  }

 private:
  static Request forwarded(std::initializer_list<const char*> fields, const char* scheme = nullptr) {
    Request request;
    for (const char* field : fields) request.fields.emplace_back("x-forwarded-for", field);
    if (scheme) request.fields.emplace_back("X-Forwarded-Proto", scheme);
    return request;
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TrustedProxiesTest);
