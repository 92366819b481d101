#include "ServerConnectionFixture.h"

namespace chat::http::test {

/// The time limits of connections.
class ServerConnectionTimesTest : public ServerConnectionFixture {
  CPPUNIT_TEST_SUITE(ServerConnectionTimesTest);
  CPPUNIT_TEST(closesAnIdleConnection);
  CPPUNIT_TEST(timesOutASlowHead);
  CPPUNIT_TEST(timesOutASlowBody);
  CPPUNIT_TEST(closesASilentNewConnection);
  CPPUNIT_TEST(closesAfterEachAnswerWhileDraining);
  CPPUNIT_TEST_SUITE_END();

 public:
  void closesAnIdleConnection() {
    auto client = connect();
    client.send(get("/hello"));
    client.readUntil("hello");
    pass(base::Duration{74'900});
    client.send(get("/hello"));
    client.readUntil("hello");
    pass(base::Duration{75'100});
    CPPUNIT_ASSERT_EQUAL(std::string(), client.readAll());
  }

  void timesOutASlowHead() {
    auto client = connect();
    client.send("GET /hello HTTP/1.1\r\n");
    settle();
    pass(base::Duration{30'000});
    client.send("Host: a\r\n");
    settle();
    pass(base::Duration{30'100});
    CPPUNIT_ASSERT(contains(client.readAll(), "408 Request Timeout"));
  }

  void timesOutASlowBody() {
    auto client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    settle();
    pass(base::Duration{299'000});
    client.send("d");
    settle();
    pass(base::Duration{1'100});
    CPPUNIT_ASSERT(contains(client.readAll(), "408 Request Timeout"));
  }

  void closesASilentNewConnection() {
    auto client = connect();
    pass(base::Duration{60'100});
    CPPUNIT_ASSERT_EQUAL(std::string(), client.readAll());
  }

  void closesAfterEachAnswerWhileDraining() {
    auto client = connect();
    client.send(get("/hello"));
    client.readUntil("hello");
    _service->draining = true;
    client.send(get("/hello"));
    CPPUNIT_ASSERT(contains(client.readAll(), "Connection: close\r\n"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerConnectionTimesTest);

}  // namespace chat::http::test
