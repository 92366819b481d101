#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>

#include "http/Redirect.h"
#include "http/ServerConnection.h"
#include "net/LoopGroup.h"

using namespace chat;

namespace {

class ManualClock final : public base::Clock {
 public:
  base::TimePoint now() const noexcept override { return base::TimePoint(base::Duration(_now.load())); }
  std::chrono::system_clock::time_point wallTime() const noexcept override { return {}; }
  void advance(base::Duration step) noexcept { _now += step.count(); }

 private:
  std::atomic<base::Duration::rep> _now{1'000'000};
};

// The peer's side of a connection.
class Client {
 public:
  explicit Client(int descriptor) : _descriptor(descriptor) {
    const timeval limit{10, 0};
    setsockopt(_descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  Client(Client&& other) noexcept : _descriptor(std::exchange(other._descriptor, -1)) {}
  ~Client() { hangUp(); }

  void hangUp() {
    if (_descriptor >= 0) ::close(std::exchange(_descriptor, -1));
  }
  void send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(_descriptor, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Everything up to the end of the connection.
  std::string readAll() {
    while (readSome()) {
    }
    return std::exchange(_received, {});
  }
  /// Up to and with the text.
  std::string readUntil(std::string_view text) {
    std::size_t at = 0;
    while ((at = _received.find(text)) == std::string::npos) {
      if (!readSome()) throw std::runtime_error("the connection ended after: " + _received);
    }
    const auto result = _received.substr(0, at + text.size());
    _received.erase(0, result.size());
    return result;
  }

 private:
  bool readSome() {
    std::array<char, 65536> bytes;  // NOLINT: filled by recv
    const auto count = ::recv(_descriptor, bytes.data(), bytes.size(), 0);
    if (count < 0 && errno != ECONNRESET) throw std::runtime_error("no answer in time; so far: " + _received);
    if (count > 0) _received.append(bytes.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  int _descriptor;
  std::string _received;
};

class Handler final : public http::RequestHandler {
 public:
  using Function = std::function<void(http::Exchange&)>;
  explicit Handler(Function function, std::size_t limit = 0) : _function(std::move(function)), _limit(limit) {}
  void handle(http::Exchange& exchange) override { _function(exchange); }
  std::size_t bodyLimit() const noexcept override { return _limit; }

 private:
  const Function _function;
  const std::size_t _limit;
};

// Repeats what it gets, until the connection ends.
class Repeater final : public net::ConnectionHandler {
 public:
  void onData(net::Connection& connection, std::span<char> bytes) override {
    connection.send(std::string_view(bytes.data(), bytes.size()));
  }
  void onClosed(net::Connection&, net::CloseReason) override {}
};

// An exchange that the test answers.
struct Held final : http::AbortListener {
  void onAborted() override { aborted.set_value(); }
  std::promise<http::Exchange*> arrived;
  std::promise<void> aborted;
};

http::Response text(std::string_view body) {
  return {200, "text/plain", body};
}

std::string get(std::string_view path, std::string_view fields = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

bool contains(const std::string& whole, std::string_view part) {
  return whole.find(part) != std::string::npos;
}

std::size_t count(const std::string& whole, std::string_view part) {
  std::size_t found = 0;
  for (auto at = whole.find(part); at != std::string::npos; at = whole.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

class ServerConnectionTest : public CppUnit::TestFixture {
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
  CPPUNIT_TEST(refusesALongBodyBeforeItComes);
  CPPUNIT_TEST(refusesALongHead);
  CPPUNIT_TEST(refusesBrokenRequestsAndCloses);
  CPPUNIT_TEST(sendsContinueWhereItIsExpected);
  CPPUNIT_TEST(givesTheBodyToTheHandler);
  CPPUNIT_TEST(turnsAFaultInto500);
  CPPUNIT_TEST(redirects);
  CPPUNIT_TEST(sendsALargeBody);
  CPPUNIT_TEST(answersLater);
  CPPUNIT_TEST(keepsPipelinedRequestsWaitingForALateAnswer);
  CPPUNIT_TEST(readsNoMoreThanItsLimitAhead);
  CPPUNIT_TEST(tellsThatThePeerWentAway);
  CPPUNIT_TEST(upgradesWithTheBytesThatFollow);
  CPPUNIT_TEST(upgradesLaterWithTheBytesThatFollow);
  CPPUNIT_TEST(movesToAnotherLoop);
  CPPUNIT_TEST(closesAnIdleConnection);
  CPPUNIT_TEST(timesOutASlowHead);
  CPPUNIT_TEST(timesOutASlowBody);
  CPPUNIT_TEST(closesASilentNewConnection);
  CPPUNIT_TEST(closesAfterEachAnswerWhileDraining);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    _service = std::make_unique<http::Service>();
    _service->options.maxHeaderSize = 2048;
    _service->options.maxPipelined = 1024;
    _held = std::make_unique<Held>();
    _clock = std::make_unique<ManualClock>();
    _loops = std::make_unique<net::LoopGroup>(2, net::Loop::Options{}, *_clock);
    route("/hello", {"GET", "HEAD"}, [](http::Exchange& exchange) { exchange.respond(text("hello")); });
    route("/path/", {}, [](http::Exchange& exchange) { exchange.respond(text(exchange.request().path)); });
    route(
        "/echo", {"POST"}, [](http::Exchange& exchange) { exchange.respond(text(exchange.request().body)); }, 16);
    route("/throw", {}, [](http::Exchange&) { throw std::runtime_error("intended by the test"); });
    route("/large", {}, [](http::Exchange& exchange) { exchange.respond(text(std::string(1'000'000, 'x'))); });
    route("/hold", {}, [this](http::Exchange& exchange) {
      exchange.setAbortListener(_held.get());
      _held->arrived.set_value(&exchange);
    });
    route("/upgrade", {}, [](http::Exchange& exchange) {
      exchange.upgrade({{"Connection", "Upgrade"}, {"Upgrade", "repeat"}}, std::make_unique<Repeater>());
    });
    route("/where", {},
          [](http::Exchange& exchange) { exchange.respond(text("loop " + std::to_string(exchange.loop().index()))); });
    route("/move", {}, [this](http::Exchange& exchange) {
      if (exchange.loop().index() == 0) return exchange.moveTo(_loops->at(1));
      exchange.respond(text("moved to " + std::to_string(exchange.loop().index())));
    });
    _service->router.add(http::Router::Match::Exact, "/old", {"GET"}, std::make_shared<http::Redirect>("/hello"));
    _loops->start();
  }

  void tearDown() override {
    _loops.reset();
    _service.reset();
    _held.reset();
  }

  void answersAndKeepsTheConnection() {
    auto client = connect();
    for (int i = 0; i < 3; ++i) {
      client.send(get("/hello"));
      const auto answer = client.readUntil("hello");
      CPPUNIT_ASSERT_EQUAL(
          std::string("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
                      "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"
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

  void refusesMethodsWithAllow() {
    auto client = connect();
    client.send("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello", "Connection: close\r\n"));
    const auto answers = client.readAll();
    CPPUNIT_ASSERT(contains(answers, "405 Method Not Allowed"));
    CPPUNIT_ASSERT(contains(answers, "\r\nAllow: GET, HEAD\r\n"));
    CPPUNIT_ASSERT(answers.ends_with("hello"));
  }

  void answers404AndGoesOn() {
    auto client = connect();
    client.send(get("/missing"));
    CPPUNIT_ASSERT(contains(client.readUntil("\r\n\r\n"), "404 Not Found"));
    client.send(get("/hello"));
    client.readUntil("hello");
    // A body that nobody reads would be taken for the next request.
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
    // The peer that sends on all the same gets to read the answer.
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

  void tellsThatThePeerWentAway() {
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
    _loops->at(0).post([exchange] { exchange->upgrade({}, std::make_unique<Repeater>()); });
    client.send("third");
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

  void closesAnIdleConnection() {
    auto client = connect();
    client.send(get("/hello"));
    client.readUntil("hello");
    pass(base::Duration{4'900});
    client.send(get("/hello"));
    client.readUntil("hello");
    pass(base::Duration{5'100});
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

 private:
  void route(std::string path, std::vector<std::string> allowed, Handler::Function function, std::size_t limit = 0) {
    const auto match = path.ends_with('/') ? http::Router::Match::Prefix : http::Router::Match::Exact;
    _service->router.add(match, std::move(path), std::move(allowed),
                         std::make_shared<Handler>(std::move(function), limit));
  }

  // A connection on loop 0.
  Client connect() {
    int ends[2];
    CPPUNIT_ASSERT_EQUAL(0, ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends));
    const int flags = ::fcntl(ends[1], F_GETFL);
    ::fcntl(ends[1], F_SETFL, flags & ~O_NONBLOCK);
    _loops->at(0).post(
        [this, end = ends[0]] { _loops->at(0).adopt(end, std::make_unique<http::ServerConnection>(*_service)); });
    settle();
    return Client(ends[1]);
  }

  // Returns when the loops have gone round after what was done before.
  void settle() {
    _loops->onEach([](net::Loop&) {});
    _loops->onEach([](net::Loop&) {});
  }

  void pass(base::Duration time) {
    _clock->advance(time);
    settle();
  }

  void expectRefusal(const std::string& request, std::string_view status) {
    auto client = connect();
    client.send(request);
    const auto answer = client.readAll();
    CPPUNIT_ASSERT_MESSAGE(answer, answer.starts_with("HTTP/1.1 " + std::string(status)));
    CPPUNIT_ASSERT_MESSAGE(answer, contains(answer, "\r\nConnection: close\r\n"));
  }

  std::unique_ptr<http::Service> _service;
  std::unique_ptr<Held> _held;
  std::unique_ptr<ManualClock> _clock;
  std::unique_ptr<net::LoopGroup> _loops;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerConnectionTest);
