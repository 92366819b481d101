#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "core/engineio/Clients.h"

namespace chat::engineio {

using test::joined;
using test::PollingClient;
using test::Rig;
using test::sidOf;
using test::WebSocketClient;

class HandshakeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(HandshakeTest);
  CPPUNIT_TEST(theOpenPacket);
  CPPUNIT_TEST(packetsSentAtOnceComeWithTheOpenPacket);
  CPPUNIT_TEST(theFirstMessageAndTheCookie);
  CPPUNIT_TEST(whatTheHandshakeSaid);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(transportsThatAreNotServed);
  CPPUNIT_TEST(invalidUpgradeRequests);
  CPPUNIT_TEST(version3WhereItIsNotAllowed);
  CPPUNIT_TEST(binaryMessagesOverAWebSocket);
  CPPUNIT_TEST_SUITE_END();

 public:
  void theOpenPacket() {
    Options options;
    options.pingInterval = base::Duration{300};
    options.pingTimeout = base::Duration{200};
    options.maxPayload = 1000;
    Rig rig(options);
    const auto expected = [](const std::string& packet, const std::string& upgrades) {
      return R"(0{"sid":")" + sidOf(packet) + R"(","upgrades":[)" + upgrades +
             R"(],"pingInterval":300,"pingTimeout":200,"maxPayload":1000})";
    };
    PollingClient polling(rig);
    CPPUNIT_ASSERT_EQUAL(expected(polling.opening.front(), R"("websocket")"), joined(polling.opening));
    WebSocketClient socket(rig);
    const auto opening = socket.received();
    CPPUNIT_ASSERT_EQUAL(expected(opening.front(), ""), joined(opening));
    CPPUNIT_ASSERT(sidOf(opening.front()) != polling.sid);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rig.sessions());
  }

  void packetsSentAtOnceComeWithTheOpenPacket() {
    Rig rig;
    rig.above.opening = [](Session& session) {
      const std::string_view text = "hello";
      session.sendText(std::span(&text, 1));
    };
    PollingClient polling(rig);
    CPPUNIT_ASSERT_EQUAL(std::string("4hello"), polling.opening.at(1));
    WebSocketClient socket(rig);
    CPPUNIT_ASSERT_EQUAL(std::string("4hello"), socket.received().at(1));
  }

  void theFirstMessageAndTheCookie() {
    Options options;
    options.initialPacket = "first";
    options.cookie.name = "io";
    Rig rig(options);
    const auto& answer = rig.request("GET", "EIO=4&transport=polling");
    const auto sid = sidOf(answer.answer);
    CPPUNIT_ASSERT(
        answer.answer.ends_with("\x1e"
                                "4first"));
    CPPUNIT_ASSERT(answer.fieldLines.find("Set-Cookie: io=" + sid + ";") != std::string::npos);
    const auto& post = rig.request("POST", "EIO=4&transport=polling&sid=" + sid, "4a");
    CPPUNIT_ASSERT(post.fieldLines.find("Set-Cookie") == std::string::npos);
    WebSocketClient socket(rig);
    CPPUNIT_ASSERT_EQUAL(std::string("4first"), socket.received().at(1));
  }

  void whatTheHandshakeSaid() {
    Rig rig;
    rig.request("GET", "EIO=3&transport=polling&name=a%20b", {}, {{"User-Agent", "test"}, {"Connection", "close"}});
    rig.withSession([](Session& session) {
      const auto& handshake = session.handshake();
      CPPUNIT_ASSERT_EQUAL(std::string("EIO=3&transport=polling&name=a%20b"), std::string(handshake.query()));
      CPPUNIT_ASSERT_EQUAL(std::string("test"), std::string(handshake.field("user-agent")));
      CPPUNIT_ASSERT_EQUAL(std::string(), std::string(handshake.field("Connection")));
      CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.1"), handshake.address);
      CPPUNIT_ASSERT_EQUAL(3, handshake.protocol);
    });
  }

  void whatIsRefused() {
    Rig rig;
    PollingClient polling(rig);
    struct Row {
      std::string method;
      std::string query;
      int code;
      std::string message;
    };
    for (const auto& [method, query, code, message] : std::vector<Row>{
             {"GET", "EIO=4&transport=pigeon", 0, "Transport unknown"},
             {"GET", "EIO=4", 0, "Transport unknown"},
             {"GET", "EIO=4&transport=polling&sid=nobody", 1, "Session ID unknown"},
             {"GET", "EIO=4&transport=polling&sid=-BCDEFGHIJKLMNOPQRST", 1, "Session ID unknown"},
             {"POST", "EIO=4&transport=polling", 2, "Bad handshake method"},
             {"GET", "EIO=4&transport=websocket", 3, "Bad request"},
             {"GET", "EIO=4&transport=websocket&sid=" + polling.sid, 3, "Bad request"},
             {"GET", "EIO=3&transport=polling&sid=" + polling.sid, 3, "Bad request"},
             {"GET", "EIO=5&transport=polling", 5, "Unsupported protocol version"},
         }) {
      const auto& answer = rig.request(method, query);
      CPPUNIT_ASSERT_EQUAL(400, answer.status);
      CPPUNIT_ASSERT_EQUAL("{\"code\":" + std::to_string(code) + ",\"message\":\"" + message + "\"}", answer.answer);
    }
    // If the request asks for an upgrade, only the text is sent, and the connection is closed.
    for (const auto& [query, message] : std::vector<std::pair<std::string, std::string>>{
             {"EIO=4&transport=pigeon", "Transport unknown"},
             {"EIO=4&transport=websocket&sid=nobody", "Session ID unknown"},
             {"EIO=4&transport=polling", "Bad request"},
             {"EIO=3&transport=websocket&sid=" + polling.sid, "Bad request"},
             {"EIO=5&transport=websocket", "Unsupported protocol version"},
         }) {
      const auto& answer = rig.request("GET", query, {}, {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}});
      CPPUNIT_ASSERT_EQUAL(400, answer.status);
      CPPUNIT_ASSERT_EQUAL(message, answer.answer);
      CPPUNIT_ASSERT(answer.closes);
    }
    CPPUNIT_ASSERT_EQUAL(std::string("session"), joined(rig.heard()));
  }

  void transportsThatAreNotServed() {
    Options options;
    options.transports = {"websocket"};
    {
      Rig rig(options);
      CPPUNIT_ASSERT_EQUAL(400, rig.request("GET", "EIO=4&transport=polling").status);
      WebSocketClient socket(rig);
      CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions());
    }
    options.transports = {"polling"};
    Rig rig(options);
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":0,"message":"Transport unknown"})"),
                         rig.request("GET", "EIO=4&transport=websocket").answer);
    PollingClient polling(rig);
    CPPUNIT_ASSERT(polling.opening.front().find(R"("upgrades":[])") != std::string::npos);
  }

  void invalidUpgradeRequests() {
    Rig rig;
    PollingClient polling(rig);
    const std::string query = "EIO=4&transport=websocket";
    for (const auto& target : {query, query + "&sid=" + polling.sid}) {
      const auto& answer = rig.request("GET", target, {}, {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}});
      CPPUNIT_ASSERT_EQUAL(426, answer.status);
      CPPUNIT_ASSERT(answer.closes);
    }
    CPPUNIT_ASSERT_EQUAL(200, polling.post("4a").status);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, rig.server->refusals().count(RefusalCause::TransportHandshake));
  }

  void version3WhereItIsNotAllowed() {
    Options options;
    options.allowEio3 = false;
    Rig rig(options);
    for (const auto* query : {"EIO=3&transport=polling", "transport=polling"}) {
      CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":5,"message":"Unsupported protocol version"})"),
                           rig.request("GET", query).answer);
    }
  }

  void binaryMessagesOverAWebSocket() {
    const std::string bytes("\x01\x02\x03");
    struct Row {
      int protocol;
      std::string b64;
      std::string expected;
    };
    for (const auto& [protocol, b64, expected] : std::vector<Row>{
             {4, "", "b:" + bytes}, {3, "", "b:\x04" + bytes}, {4, "&b64=1", "bAQID"}, {3, "&b64=1", "b4AQID"}}) {
      Rig rig;
      PollingClient polling(rig, protocol);  // whatever its first transport
      const auto& opened = rig.request("GET", "EIO=" + std::to_string(protocol) + "&transport=polling" + b64);
      WebSocketClient socket(rig, protocol, sidOf(opened.answer));
      socket.send("2probe");
      socket.send("5");
      socket.received();
      rig.withSession([&](Session& session) {
        session.sendBinary(bytes);
        session.send(WirePacket::binary(bytes));
      });
      CPPUNIT_ASSERT_EQUAL(expected + " | " + expected, joined(socket.received()));
      rig.heard();
      socket.sendBinary(protocol == 3 ? "\x04" + bytes : bytes);
      socket.send(protocol == 3 ? "b4AQID" : "bAQID");
      CPPUNIT_ASSERT_EQUAL("b:" + bytes + " | b:" + bytes, joined(rig.heard()));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandshakeTest);

}  // namespace chat::engineio
