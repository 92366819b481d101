#pragma once

#include <cppunit/TestAssert.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/Exchange.h"

namespace chat::engineio::test {

/// A request without an HTTP connection: keeps its answer. An upgrade gets one end of a socket pair; the test takes the
/// other one. Thread: the loop's, or the test's while the loop is idle.
class FakeExchange final : public http::Exchange {
 public:
  FakeExchange(net::Loop& loop, std::string method, std::string query, std::string body,
               std::vector<http::Field> fields)
      : _loop(loop), _method(std::move(method)), _target("/socket.io/?" + query), _fields(std::move(fields)) {
    _request.method = _method;
    _request.target = _target;
    _request.path = "/socket.io/";
    _request.query = std::string_view(_target).substr(_target.find('?') + 1);
    for (const auto& [name, value] : _fields) {
      _request.fields.emplace_back(name, value);
      if (name == "Upgrade") _request.isUpgrade = true;
    }
    _request.body = std::move(body);
  }

  http::Request& request() noexcept override { return _request; }
  net::Loop& loop() noexcept override { return _loop; }
  const std::string& clientAddress() noexcept override { return _address; }
  bool secure() noexcept override { return false; }
  std::string_view host() noexcept override { return "chat.example"; }
  std::string_view forwardedPort() noexcept override { return {}; }
  std::vector<http::Field>& answerFields() noexcept override { return _answerFields; }
  void respond(http::Response response) override {
    CPPUNIT_ASSERT_MESSAGE("answered twice", !answered());
    status = response.status;
    answer = response.body.view();
    fieldLines = response.fieldLines;
    for (const auto& [name, value] : response.fields) fieldLines += name + ": " + value + "\r\n";
    for (const auto& [name, value] : _answerFields) fieldLines += name + ": " + value + "\r\n";
  }
  void respondAndClose(http::Response response) override {
    respond(std::move(response));
    closes = true;
  }
  net::Connection& upgrade(const std::vector<http::Field>&, std::unique_ptr<net::ConnectionHandler> handler) override {
    std::array<int, 2> ends;
    CPPUNIT_ASSERT_EQUAL(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()));
    for (const int end : ends) fcntl(end, F_SETFL, O_NONBLOCK);
    clientEnd = ends[1];
    status = 101;
    return _loop.adopt(ends[0], std::move(handler));
  }
  void moveTo(net::Loop&) override { CPPUNIT_FAIL("there is one loop"); }
  void setAbortListener(http::AbortListener* listener) noexcept override { _abortListener = listener; }

  bool answered() const noexcept { return status != 0; }
  /// Whether it was kept to be answered later.
  bool waits() const noexcept { return _abortListener != nullptr; }
  /// The client disconnects. To be called on the loop.
  void abort() {
    if (auto* listener = std::exchange(_abortListener, nullptr)) listener->onAborted();
  }

  int status = 0;
  std::string answer;
  std::string fieldLines;
  bool closes = false;
  int clientEnd = -1;

 private:
  net::Loop& _loop;
  const std::string _method;
  const std::string _target;
  const std::vector<http::Field> _fields;
  const std::string _address = "192.0.2.1";
  http::Request _request;
  std::vector<http::Field> _answerFields;
  http::AbortListener* _abortListener = nullptr;
};

}  // namespace chat::engineio::test
