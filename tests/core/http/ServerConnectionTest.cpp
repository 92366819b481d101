#include "ServerConnectionFixture.h"

namespace chat::http::test {

/// Requests and their answers.
class ServerConnectionTest : public ServerConnectionFixture {
  CPPUNIT_TEST_SUITE(ServerConnectionTest);
  CPPUNIT_TEST(answersAndKeepsTheConnection);
  CPPUNIT_TEST(answersPipelinedRequestsInOrder);
  CPPUNIT_TEST(answersARequestThatComesByteByByte);
  CPPUNIT_TEST(closesWhenAskedTo);
  CPPUNIT_TEST(speaksHttp10);
  CPPUNIT_TEST(sendsNoBodyForHead);
  CPPUNIT_TEST(refusesMethodsWithAllow);
  CPPUNIT_TEST(answers404AndGoesOn);
  CPPUNIT_TEST(answersOptionsOfTheServer);
  CPPUNIT_TEST(answersOptionsOfARoute);
  CPPUNIT_TEST(refusesALongBodyBeforeItComes);
  CPPUNIT_TEST(refusesALongHead);
  CPPUNIT_TEST(refusesBrokenRequestsAndCloses);
  CPPUNIT_TEST(sendsContinueWhereItIsExpected);
  CPPUNIT_TEST(givesTheBodyToTheHandler);
  CPPUNIT_TEST(turnsAFaultInto500);
  CPPUNIT_TEST(redirects);
  CPPUNIT_TEST(sendsALargeBody);
  CPPUNIT_TEST_SUITE_END();

 public:
  void answersAndKeepsTheConnection() {
    auto client = connect();
    for (int i = 0; i < 3; ++i) {
      client.send(get("/hello"));
      const auto answer = client.readUntil("hello");
      CPPUNIT_ASSERT_EQUAL(
          std::string("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
                      "Date: Sun, 22 Nov 2026 15:04:05 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n"
                      "hello"),
          answer);
    }
  }

  void answersPipelinedRequestsInOrder() {
    auto client = connect();
    client.send(get("/path/1") + get("/path/2") + get("/missing") + get("/path/3", "Connection: close\r\n") +
                get("/path/4"));
    const auto answers = client.readAll();
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, count(answers, "HTTP/1.1 "));
    CPPUNIT_ASSERT(answers.find("/path/1") < answers.find("/path/2"));
    CPPUNIT_ASSERT(answers.find("/path/2") < answers.find("404"));
    CPPUNIT_ASSERT(answers.find("404") < answers.find("/path/3"));
    CPPUNIT_ASSERT(!contains(answers, "/path/4"));
  }

  void answersARequestThatComesByteByByte() {
    auto client = connect();
    for (const char c : "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
                            get("/hello", "Connection: close\r\n")) {
      client.send(std::string_view(&c, 1));
      settle();
    }
    const auto answers = client.readAll();
    CPPUNIT_ASSERT(contains(answers, "\r\n\r\nabcHTTP/1.1 200"));
    CPPUNIT_ASSERT(answers.ends_with("hello"));
  }

  void closesWhenAskedTo() {
    auto client = connect();
    client.send(get("/hello", "Connection: close\r\n"));
    CPPUNIT_ASSERT(contains(client.readAll(), "\r\nConnection: close\r\n"));
  }

  void speaksHttp10() {
    auto client = connect();
    client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n");
    const auto answers = client.readAll();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, count(answers, "200 OK"));
    CPPUNIT_ASSERT(answers.find("Connection: keep-alive") < answers.find("Connection: close"));
  }

  void sendsNoBodyForHead() {
    auto client = connect();
    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const auto answer = client.readAll();
    CPPUNIT_ASSERT(contains(answer, "Content-Length: 5\r\n"));
    CPPUNIT_ASSERT(answer.ends_with("\r\n\r\n"));
  }

  void answersOptionsOfARoute() {
    auto client = connect();
    client.send("OPTIONS /hello HTTP/1.0\r\n\r\n");
    const auto answer = client.readAll();
    CPPUNIT_ASSERT(answer.starts_with("HTTP/1.1 204 No Content\r\n"));
    CPPUNIT_ASSERT(contains(answer, "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
  }

  void refusesMethodsWithAllow() {
    auto client = connect();
    client.send("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello", "Connection: close\r\n"));
    const auto answers = client.readAll();
    CPPUNIT_ASSERT(contains(answers, "405 Method Not Allowed"));
    CPPUNIT_ASSERT(contains(answers, "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
    CPPUNIT_ASSERT(answers.ends_with("hello"));
  }

  void answers404AndGoesOn() {
    auto client = connect();
    client.send(get("/missing"));
    CPPUNIT_ASSERT(contains(client.readUntil("\r\n\r\n"), "404 Not Found"));
    client.send(get("/hello"));
    client.readUntil("hello");
    // An unread body would be taken for the next request.
    client.send("POST /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n");
    CPPUNIT_ASSERT(contains(client.readAll(), "Connection: close"));
  }

  void answersOptionsOfTheServer() {
    auto client = connect();
    client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    CPPUNIT_ASSERT(contains(client.readUntil("\r\n\r\n"), "204 No Content\r\nAllow: "));
  }

  void refusesALongBodyBeforeItComes() {
    expectRefusal("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n", "413 Content Too Large");
    expectRefusal("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n",
                  "413 Content Too Large");
    // A peer that goes on sending can still read the answer.
    auto client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    client.send(std::string(200000, 'x'));
    CPPUNIT_ASSERT(contains(client.readAll(), "413 Content Too Large"));
  }

  void refusesALongHead() {
    expectRefusal(get("/hello", "X: " + std::string(3000, 'x') + "\r\n"), "431 Request Header Fields Too Large");
    expectRefusal(get("/" + std::string(3000, 'x')), "414 URI Too Long");
  }

  void refusesBrokenRequestsAndCloses() {
    expectRefusal("nonsense\r\n\r\n", "400 Bad Request");
    expectRefusal("GET / HTTP/1.1\r\n\r\n", "400 Bad Request");
    expectRefusal("GET / HTTP/3.0\r\nHost: a\r\n\r\n", "505 HTTP Version Not Supported");
    expectRefusal("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "400 Bad Request");
    expectRefusal("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501 Not Implemented");
    expectRefusal("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501 Not Implemented");
    expectRefusal("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", "417 Expectation Failed");
  }

  void sendsContinueWhereItIsExpected() {
    const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n";
    auto client = connect();
    client.send(head + "Content-Length: 3\r\n\r\n");
    CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 100 Continue\r\n\r\n"), client.readUntil("\r\n\r\n"));
    client.send("abc");
    client.readUntil("\r\n\r\nabc");
    expectRefusal(head + "Content-Length: 17\r\n\r\n", "413 Content Too Large");
  }

  void givesTheBodyToTheHandler() {
    auto client = connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 16\r\n\r\n0123456789abcdef" + get("/hello"));
    client.readUntil("\r\n\r\n0123456789abcdef");
    client.readUntil("\r\n\r\nhello");
  }

  void turnsAFaultInto500() {
    auto client = connect();
    client.send(get("/throw"));
    const auto answer = client.readAll();
    CPPUNIT_ASSERT(contains(answer, "500 Internal Server Error"));
    CPPUNIT_ASSERT(!contains(answer, "intended"));
  }

  void redirects() {
    auto client = connect();
    client.send(get("/old", "Connection: close\r\n"));
    const auto answer = client.readAll();
    CPPUNIT_ASSERT(answer.starts_with("HTTP/1.1 302 Found\r\n"));
    CPPUNIT_ASSERT(contains(answer, "\r\nLocation: /hello\r\n"));
  }

  void sendsALargeBody() {
    auto client = connect();
    client.send(get("/large", "Connection: close\r\n"));
    const auto answer = client.readAll();
    CPPUNIT_ASSERT(contains(answer, "Content-Length: 1000000\r\n"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1'000'000}, answer.size() - answer.find("\r\n\r\n") - 4);
  }

 private:
  void expectRefusal(const std::string& request, std::string_view status) {
    auto client = connect();
    client.send(request);
    const auto answer = client.readAll();
    CPPUNIT_ASSERT_MESSAGE(answer, answer.starts_with("HTTP/1.1 " + std::string(status)));
    CPPUNIT_ASSERT_MESSAGE(answer, contains(answer, "\r\nConnection: close\r\n"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerConnectionTest);

}  // namespace chat::http::test
