#include "ServerConnectionFixture.h"

namespace chat::http::test {

/// Exchanges that are answered later, upgraded or moved, and one whose peer disconnects.
class ServerConnectionExchangeTest : public ServerConnectionFixture {
  CPPUNIT_TEST_SUITE(ServerConnectionExchangeTest);
  CPPUNIT_TEST(answersLater);
  CPPUNIT_TEST(keepsPipelinedRequestsWaitingForALateAnswer);
  CPPUNIT_TEST(keepsTheOrderOfWhatComesInTheTurnOfALateAnswer);
  CPPUNIT_TEST(readsNoMoreThanItsLimitAhead);
  CPPUNIT_TEST(reportsThatThePeerDisconnected);
  CPPUNIT_TEST(upgradesWithTheBytesThatFollow);
  CPPUNIT_TEST(upgradesLaterWithTheBytesThatFollow);
  CPPUNIT_TEST(movesToAnotherLoop);
  CPPUNIT_TEST_SUITE_END();

  /// Makes the first loop run `task` in the turn in which it reads what `send` sends: the loop is blocked until both
  /// are ready.
  template <typename Task, typename Send>
  void inOneTurn(Task task, Send send) {
    std::promise<void> held;
    std::promise<void> sent;
    _loops->at(0).post([&] {
      held.set_value();
      sent.get_future().wait();
      _loops->at(0).post(task);
    });
    held.get_future().wait();
    send();
    sent.set_value();
    settle();
  }

 public:
  void answersLater() {
    auto client = connect();
    client.send(get("/hold"));
    auto* exchange = _held->arrived.get_future().get();
    _loops->at(0).post([exchange] { exchange->respond(text("late")); });
    client.readUntil("late");
    client.send(get("/hello"));
    client.readUntil("hello");
  }

  void keepsPipelinedRequestsWaitingForALateAnswer() {
    auto client = connect();
    client.send(get("/hold") + get("/path/1"));
    auto* exchange = _held->arrived.get_future().get();
    client.send(get("/path/2"));
    settle();
    _loops->at(0).post([exchange] { exchange->respond(text("late")); });
    const auto answers = client.readUntil("\r\n\r\n/path/2");
    CPPUNIT_ASSERT(answers.find("late") < answers.find("/path/1"));
  }

  void keepsTheOrderOfWhatComesInTheTurnOfALateAnswer() {
    auto client = connect();
    client.send(get("/hold") + get("/path/1"));
    auto* exchange = _held->arrived.get_future().get();
    inOneTurn([exchange] { exchange->respond(text("late")); }, [&] { client.send(get("/path/2")); });
    const auto answers = client.readUntil("\r\n\r\n/path/2");
    CPPUNIT_ASSERT(answers.find("late") < answers.find("/path/1"));
    CPPUNIT_ASSERT(answers.find("/path/1") < answers.find("/path/2"));
  }

  void readsNoMoreThanItsLimitAhead() {
    auto client = connect();
    client.send(get("/hold"));
    auto* exchange = _held->arrived.get_future().get();
    constexpr int Requests = 200;  // several times the limit
    for (int i = 0; i < Requests; ++i) client.send(get("/path/" + std::to_string(i)));
    settle();
    _loops->at(0).post([exchange] { exchange->respond(text("late")); });
    const auto answers = client.readUntil("\r\n\r\n/path/199");
    CPPUNIT_ASSERT_EQUAL(std::size_t{Requests + 1}, count(answers, "200 OK"));
  }

  void reportsThatThePeerDisconnected() {
    auto client = connect();
    client.send(get("/hold"));
    _held->arrived.get_future().wait();
    client.hangUp();
    CPPUNIT_ASSERT(_held->aborted.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  }

  void upgradesWithTheBytesThatFollow() {
    auto client = connect();
    client.send(get("/upgrade", "Connection: Upgrade\r\nUpgrade: repeat\r\n") + "first");
    const auto answer = client.readUntil("first");
    CPPUNIT_ASSERT(
        answer.starts_with("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: repeat\r\n"));
    client.send("second");
    client.readUntil("second");
  }

  void upgradesLaterWithTheBytesThatFollow() {
    auto client = connect();
    client.send(get("/hold") + "first");
    auto* exchange = _held->arrived.get_future().get();
    client.send("second");
    settle();
    inOneTurn([exchange] { exchange->upgrade({}, std::make_unique<Repeater>()); }, [&] { client.send("third"); });
    CPPUNIT_ASSERT(client.readUntil("third").ends_with("\r\n\r\nfirstsecondthird"));
  }

  void movesToAnotherLoop() {
    auto client = connect();
    client.send(get("/where"));
    client.readUntil("loop 0");
    client.send(get("/move") + get("/where"));
    client.readUntil("moved to 1");
    client.readUntil("loop 1");
    client.send(get("/where"));
    client.readUntil("loop 1");
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerConnectionExchangeTest);

}  // namespace chat::http::test
