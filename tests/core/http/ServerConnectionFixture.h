#pragma once

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/Redirect.h"
#include "http/ServerConnection.h"
#include "net/LoopGroup.h"
#include "support/FakeClock.h"
#include "support/Receive.h"

namespace chat::http::test {

/// The peer's side of a connection.
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
  /// Up to the text, including it.
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
    const auto count = chat::test::receive(_descriptor, bytes);
    if (count < 0 && errno != ECONNRESET) throw std::runtime_error("no answer in time; so far: " + _received);
    if (count > 0) _received.append(bytes.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  int _descriptor;
  std::string _received;
};

class Handler final : public RequestHandler {
 public:
  using Function = std::function<void(Exchange&)>;
  explicit Handler(Function function, std::size_t limit = 0) : _function(std::move(function)), _limit(limit) {}
  void handle(Exchange& exchange) override { _function(exchange); }
  std::size_t bodyLimit() const noexcept override { return _limit; }

 private:
  const Function _function;
  const std::size_t _limit;
};

/// Sends back what it gets, until the connection ends.
class Repeater final : public net::ConnectionHandler {
 public:
  void onData(net::Connection& connection, std::span<char> bytes) override {
    connection.send(std::string_view(bytes.data(), bytes.size()));
  }
  void onClosed(net::Connection&, net::CloseReason) override {}
};

/// An exchange that the test answers.
struct Held final : AbortListener {
  void onAborted() override { aborted.set_value(); }
  std::promise<Exchange*> arrived;
  std::promise<void> aborted;
};

inline Response text(std::string_view body) {
  return {200, "text/plain", body};
}

inline std::string get(std::string_view path, std::string_view fields = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

inline bool contains(const std::string& whole, std::string_view part) {
  return whole.find(part) != std::string::npos;
}

inline std::size_t count(const std::string& whole, std::string_view part) {
  std::size_t found = 0;
  for (auto at = whole.find(part); at != std::string::npos; at = whole.find(part, at + 1)) ++found;
  return found;
}

/// A service with routes of every kind, on two loops with a clock that only the test moves.
class ServerConnectionFixture : public CppUnit::TestFixture {
 public:
  void setUp() override {
    _service = std::make_unique<Service>();
    _service->options.maxHeaderSize = 2048;
    _service->options.maxPipelined = 1024;
    _held = std::make_unique<Held>();
    _clock = std::make_unique<chat::test::FakeClock>();
    _loops = std::make_unique<net::LoopGroup>(2, net::Loop::Options{}, *_clock);
    route("/hello", {"GET", "HEAD"}, [](Exchange& exchange) { exchange.respond(text("hello")); });
    route("/path/", {}, [](Exchange& exchange) { exchange.respond(text(exchange.request().path)); });
    route(
        "/echo", {"POST"}, [](Exchange& exchange) { exchange.respond(text(exchange.request().body)); }, 16);
    route("/throw", {}, [](Exchange&) { throw std::runtime_error("intended by the test"); });
    route("/large", {}, [](Exchange& exchange) { exchange.respond(text(std::string(1'000'000, 'x'))); });
    route("/hold", {}, [this](Exchange& exchange) {
      exchange.setAbortListener(_held.get());
      _held->arrived.set_value(&exchange);
    });
    route("/upgrade", {}, [](Exchange& exchange) {
      exchange.upgrade({{"Connection", "Upgrade"}, {"Upgrade", "repeat"}}, std::make_unique<Repeater>());
    });
    route("/where", {},
          [](Exchange& exchange) { exchange.respond(text("loop " + std::to_string(exchange.loop().index()))); });
    route("/move", {}, [this](Exchange& exchange) {
      if (exchange.loop().index() == 0) return exchange.moveTo(_loops->at(1));
      exchange.respond(text("moved to " + std::to_string(exchange.loop().index())));
    });
    _service->router.add(Router::Match::Exact, "/old", {"GET"}, std::make_shared<Redirect>("/hello"));
    _loops->start();
  }

  void tearDown() override {
    _loops.reset();
    _service.reset();
    _held.reset();
  }

 protected:
  void route(std::string path, std::vector<std::string> allowed, Handler::Function function, std::size_t limit = 0) {
    const auto match = path.ends_with('/') ? Router::Match::Prefix : Router::Match::Exact;
    _service->router.add(match, std::move(path), std::move(allowed),
                         std::make_shared<Handler>(std::move(function), limit));
  }

  /// A connection on loop 0.
  Client connect() {
    int ends[2];
    CPPUNIT_ASSERT_EQUAL(0, ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends));
    const int flags = ::fcntl(ends[1], F_GETFL);
    ::fcntl(ends[1], F_SETFL, flags & ~O_NONBLOCK);
    _loops->at(0).post(
        [this, end = ends[0]] { _loops->at(0).adopt(end, std::make_unique<ServerConnection>(*_service)); });
    settle();
    return Client(ends[1]);
  }

  /// Returns when the loops have finished a turn that began after the call.
  void settle() {
    _loops->onEach([](net::Loop&) {});
    _loops->onEach([](net::Loop&) {});
  }

  void pass(base::Duration time) {
    _clock->advance(time);
    settle();
  }

  std::unique_ptr<Service> _service;
  std::unique_ptr<Held> _held;
  std::unique_ptr<chat::test::FakeClock> _clock;
  std::unique_ptr<net::LoopGroup> _loops;
};

}  // namespace chat::http::test
