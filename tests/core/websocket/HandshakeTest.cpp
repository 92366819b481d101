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
  CPPUNIT_TEST(offersOfSeveralFieldsAreJoined);
  CPPUNIT_TEST(theAnswerNamesWhatWasChosen);
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
    for (const http::Field& field : {http::Field{"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="},
                                     http::Field{"Sec-WebSocket-Extensions", "permessage-deflate;"},
                                     http::Field{"Sec-WebSocket-Protocol", "chat, chat"}}) {
      request = upgradeRequest();
      request.fields.push_back(field);
      CPPUNIT_ASSERT_EQUAL(400, refusal(check(request).value()).status);
    }
  }

  void offersOfSeveralFieldsAreJoined() {
    auto request = upgradeRequest();
    request.fields.insert(request.fields.end(), {{"Sec-WebSocket-Protocol", "chat.v2"},
                                                 {"Sec-WebSocket-Extensions", "x-one; a"},
                                                 {"sec-websocket-protocol", "chat.v1, other"},
                                                 {"Sec-WebSocket-Extensions", "permessage-deflate"}});
    CPPUNIT_ASSERT(!check(request));
    CPPUNIT_ASSERT(offeredSubprotocols(request) == (std::vector<std::string_view>{"chat.v2", "chat.v1", "other"}));
    CPPUNIT_ASSERT_EQUAL(std::string("permessage-deflate"), offeredExtensions(request).at(1).name);
    request.fields.emplace_back("Sec-WebSocket-Protocol", "chat.v1");
    CPPUNIT_ASSERT(check(request) == HandshakeError::BadSubprotocol);
  }

  void theAnswerNamesWhatWasChosen() {
    const auto fields = acceptFields(upgradeRequest(), "chat.v1", "permessage-deflate");
    CPPUNIT_ASSERT(fields.at(3) == (http::Field{"Sec-WebSocket-Protocol", "chat.v1"}));
    CPPUNIT_ASSERT(fields.at(4) == (http::Field{"Sec-WebSocket-Extensions", "permessage-deflate"}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, acceptFields(upgradeRequest()).size());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandshakeTest);

}  // namespace chat::websocket
