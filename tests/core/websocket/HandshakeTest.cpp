#include <cppunit/extensions/HelperMacros.h>

#include "websocket/Handshake.h"

namespace chat::websocket {
namespace {

http::Request upgradeRequest() {
  http::Request request;
  request.method = "GET";
  request.isUpgrade = true;
  request.fields = {
      {"Upgrade", "WebSocket"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}, {"Sec-WebSocket-Version", "13"}};
  return request;
}

}  // namespace

class HandshakeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(HandshakeTest);
  CPPUNIT_TEST(acceptKeyOfTheRfc);
  CPPUNIT_TEST(goodRequestPasses);
  CPPUNIT_TEST(badRequests);
  CPPUNIT_TEST_SUITE_END();

 public:
  void acceptKeyOfTheRfc() {  // RFC 6455, section 1.3
    CPPUNIT_ASSERT_EQUAL(std::string("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), acceptKey("dGhlIHNhbXBsZSBub25jZQ=="));
  }

  void goodRequestPasses() { CPPUNIT_ASSERT(!check(upgradeRequest())); }

  void badRequests() {
    auto request = upgradeRequest();
    request.method = "POST";
    CPPUNIT_ASSERT(check(request) == HandshakeError::NotAnUpgrade);
    request = upgradeRequest();
    request.fields[0].second = "h2c";
    CPPUNIT_ASSERT(check(request) == HandshakeError::NotAnUpgrade);
    request = upgradeRequest();
    request.fields[2].second = "8";
    CPPUNIT_ASSERT(check(request) == HandshakeError::VersionUnknown);
    CPPUNIT_ASSERT_EQUAL(426, refusal(*check(request)).status);
    for (const auto* key : {"", "short", "dGhlIHNhbXBsZSBub25jZQ=", "!!!!IHNhbXBsZSBub25jZQ=="}) {
      request = upgradeRequest();
      request.fields[1].second = key;
      CPPUNIT_ASSERT(check(request) == HandshakeError::BadKey);
      CPPUNIT_ASSERT_EQUAL(400, refusal(*check(request)).status);
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandshakeTest);

}  // namespace chat::websocket
