#include "http/ServerConnection.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <utility>

#include "base/LogCause.h"
#include "base/LogValue.h"
#include "http/RequestParser.h"
#include "http/ResponseHead.h"

namespace chat::http {
namespace {

constexpr std::string_view PlainText = "text/plain; charset=utf-8";
// From this size on a body is sent by reference instead of being copied behind the head.
constexpr std::size_t ShareBodyFrom = 4096;
constexpr std::size_t MaxSpares = 64;  // a thread keeps, see takeSpare

bool allows(const Router::Route& route, std::string_view method) noexcept {
  if (route.allowed.empty()) return true;
  for (const auto& allowed : route.allowed) {
    if (allowed == method) return true;
  }
  return false;
}

Response noContent() {
  Response response;
  response.status = 204;
  return response;
}

std::string joined(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

}  // namespace

struct ServerConnection::Current {
  explicit Current(std::size_t maxHeaderSize) : parser(maxHeaderSize) {}
  void reset() noexcept {
    parser.reset(0);
    route = nullptr;
    abortListener = nullptr;
    client = {};
    answerFields.clear();
    clientKnown = false;
  }
  RequestParser parser;
  const Router::Route* route = nullptr;
  AbortListener* abortListener = nullptr;
  TrustedProxies::Client client;
  std::vector<Field> answerFields;
  bool clientKnown = false;
  base::TimePoint since;
};

// The buffers of finished requests, reused for new ones: a client that uses long-polling makes two requests for each
// message.
std::vector<std::unique_ptr<ServerConnection::Current>>& ServerConnection::spares() {
  static thread_local std::vector<std::unique_ptr<Current>> spares;
  return spares;
}

std::unique_ptr<ServerConnection::Current> ServerConnection::takeSpare(std::size_t maxHeaderSize) {
  auto& kept = spares();
  if (kept.empty()) return std::make_unique<Current>(maxHeaderSize);
  auto current = std::move(kept.back());
  kept.pop_back();
  current->parser.reset(maxHeaderSize);
  return current;
}

void ServerConnection::keepSpare(std::unique_ptr<Current> current) {
  auto& kept = spares();
  if (kept.size() == MaxSpares) return;
  current->reset();
  kept.push_back(std::move(current));
}

ServerConnection::ServerConnection(const Service& service)
    : _service(service), _timer([](void* self) { static_cast<ServerConnection*>(self)->onTimeout(); }, this) {}

ServerConnection::~ServerConnection() {
  if (_current) keepSpare(std::move(_current));
}

void ServerConnection::onOpened(net::Connection& connection) {
  _connection = &connection;
  arm(_service.options.headersTimeout);
}

void ServerConnection::onData(net::Connection& connection, std::span<char> bytes) {
  _connection = &connection;
  const std::string_view input(bytes.data(), bytes.size());
  // Earlier bytes still wait for the next turn, because a request was answered in this one, see `finish`.
  const bool isBehind = !_pipelined.empty();
  if (isBehind || _state == State::Answering || _state == State::Moving) return keepForLater(input);
  consume(input);
}

void ServerConnection::onClosed(net::Connection&, net::CloseReason) {
  _connection = nullptr;
  _timer.cancel();
  const bool open = _state == State::Answering || _state == State::Moving;
  _state = State::Ended;
  if (open && _current->abortListener) std::exchange(_current->abortListener, nullptr)->onAborted();
}

// Reads requests until the bytes are used up or a request waits for its answer.
void ServerConnection::consume(std::string_view input) {
  while (_state == State::Idle || _state == State::Reading) {
    if (_state == State::Idle) {
      if (input.empty()) return;
      begin();
    }
    const auto step = _current->parser.parse(input);
    input.remove_prefix(step.consumed);
    switch (step.status) {
      case RequestParser::Status::NeedMore:
        return;
      case RequestParser::Status::Failed:
        return refuse(_current->parser.error());
      case RequestParser::Status::Head:
        if (!onHead(!input.empty())) return;
        break;
      case RequestParser::Status::Complete:
        dispatch();
        break;
    }
  }
  if (_state == State::Answering || _state == State::Moving) return keepForLater(input);
  // The connection was upgraded during this call: its new handler goes on after the end of the head.
  if (_current && _connection && _connection->handler() != this && !_connection->closing() && !input.empty()) {
    std::string rest(input);
    _connection->handler()->onData(*_connection, std::span(rest.data(), rest.size()));
  }
}

void ServerConnection::begin() {
  _current = takeSpare(_service.options.maxHeaderSize);
  _current->since = loop().now();
  _state = State::Reading;
  arm(_service.options.headersTimeout);
}

// Decides from the head whether the body is wanted. `moreCame`: a part of it has come already.
bool ServerConnection::onHead(bool moreCame) {
  auto& parser = _current->parser;
  const auto& request = parser.request();
  const bool clean = !parser.hasBody();  // otherwise the unread body would be taken for the next request
  if (request.path == "*") {
    auto response = noContent();
    response.set("Allow", "GET, HEAD, POST, OPTIONS");
    answer(response, clean);
    return clean;
  }
  _current->route = _service.router.find(request.path);
  if (!_current->route) {
    refuse(404, "There is nothing at this address.\n", clean);
    return clean;
  }
  if (!allows(*_current->route, request.method)) {
    const bool asksWhat = request.method == "OPTIONS";
    Response response(405, PlainText, "This address does not take that method.\n");
    if (asksWhat) response = noContent();
    response.set("Allow", joined(_current->route->allowed) + ", OPTIONS");
    answer(response, clean);
    return clean;
  }
  if (!parser.acceptBody(_current->route->handler->bodyLimit())) {
    refuse(parser.error());
    return false;
  }
  if (parser.hasBody()) {
    const auto spent = loop().now() - _current->since;
    arm(std::max(_service.options.requestTimeout - spent, base::Duration{0}));
    if (parser.expectsContinue() && !moreCame) _connection->send("HTTP/1.1 100 Continue\r\n\r\n");
  }
  return true;
}

void ServerConnection::dispatch() {
  _timer.cancel();
  _state = State::Answering;
  callHandler();
}

void ServerConnection::callHandler() {
  // If the handler answers during the call, the request stays in place until the call is over.
  _dispatching = true;
  try {
    _current->route->handler->handle(*this);
  } catch (const Poco::Exception& fault) {
    logFault(fault.displayText());
  } catch (const std::exception& fault) {
    logFault(fault.what());
  }
  _dispatching = false;
  if (_state == State::Idle) keepSpare(std::move(_current));
}

void ServerConnection::logFault(const std::string& what) noexcept {
  const auto& request = _current->parser.request();
  // The target without its query, which may contain secrets.
  const auto path = request.target.substr(0, request.target.find('?'));
  base::logCause(Poco::Logger::get("http"), Poco::Message::PRIO_ERROR, "fault",
                 "request failed method=" + base::logValue(request.method) + " path=" + base::logValue(path) +
                     " error=" + base::logValue(what));
  if (_state == State::Answering) return refuse(500, "The server failed to answer. The fault was logged.\n", false);
  if (_connection && _connection->handler() != this) _connection->close();  // the handler failed after the upgrade
}

void ServerConnection::keepForLater(std::string_view input) {
  _pipelined.append(input);
  // Below the limit reading goes on, since only reading shows that the peer has disconnected.
  if (_pipelined.size() <= _service.options.maxPipelined || _paused || _state == State::Moving) return;
  _paused = true;
  _connection->pauseReading();
}

// Called after an answer that was given after the handler's call.
void ServerConnection::resume() {
  if (_state != State::Idle || !_connection || _connection->closing()) return;
  if (std::exchange(_paused, false)) _connection->resumeReading();
  const auto input = std::exchange(_pipelined, {});
  consume(input);
}

Request& ServerConnection::request() noexcept {
  assert(_current);
  return _current->parser.request();
}

net::Loop& ServerConnection::loop() noexcept {
  return _connection->loop();
}

void ServerConnection::identifyClient() {
  if (std::exchange(_current->clientKnown, true)) return;
  _current->client = _service.proxies.clientOf(request(), _connection->peerAddress());
}

const std::string& ServerConnection::clientAddress() noexcept {
  identifyClient();
  return _current->client.address;
}

bool ServerConnection::secure() noexcept {
  identifyClient();
  return _current->client.secure;
}

std::string_view ServerConnection::forwardedPort() noexcept {
  identifyClient();
  return _current->client.port;
}

std::string_view ServerConnection::host() noexcept {
  identifyClient();
  return _current->client.host.empty() ? request().field("Host") : std::string_view(_current->client.host);
}

std::vector<Field>& ServerConnection::answerFields() noexcept {
  return _current->answerFields;
}

void ServerConnection::setAbortListener(AbortListener* listener) noexcept {
  _current->abortListener = listener;
}

void ServerConnection::respond(Response response) {
  assert(_state == State::Answering);
  answer(response, true);
}

void ServerConnection::respondAndClose(Response response) {
  assert(_state == State::Answering);
  answer(response, false);
}

void ServerConnection::answer(const Response& response, bool keepAlive) {
  const auto& asked = _current->parser.request();
  const auto& options = _service.options;
  keepAlive = keepAlive && asked.keepAlive && !_service.draining.load(std::memory_order_relaxed);
  static thread_local std::string head;
  head.clear();
  appendHead(head, response, {loop().clock().wallTime(), keepAlive, options.keepAliveTimeout, _current->answerFields});
  if (asked.method == "HEAD" || response.body.size() == 0) {
    _connection->send(head);
  } else if (response.body.size() < ShareBodyFrom) {
    _connection->send(std::array{std::string_view(head), response.body.view()});
  } else {
    _connection->send(head);
    _connection->send(base::BufferSlice(response.body));
  }
  finish(keepAlive);
}

void ServerConnection::finish(bool keepAlive) {
  _current->abortListener = nullptr;
  _unsent = std::numeric_limits<std::size_t>::max();
  if (!keepAlive) {
    _state = State::Ended;
    arm(_service.options.stallTimeout);
    _connection->closeAfterFlush();
    return;
  }
  _state = State::Idle;
  arm(_service.options.keepAliveTimeout);
  if (_dispatching) return;
  keepSpare(std::move(_current));
  // The next request must not be handled within the call that answers this one.
  if (!_pipelined.empty() || _paused) loop().defer([this] { resume(); });
}

void ServerConnection::refuse(RequestError error) {
  refuse(status(error), std::string(sentence(error)) + '\n', false);
}

void ServerConnection::refuse(int status, std::string_view text, bool keepAlive) {
  answer(Response(status, PlainText, text), keepAlive);
}

net::Connection& ServerConnection::upgrade(const std::vector<Field>& fields,
                                           std::unique_ptr<net::ConnectionHandler> handler) {
  assert(_state == State::Answering);
  _state = State::Ended;
  std::string head;
  appendUpgradeHead(head, fields, _current->answerFields, loop().clock().wallTime());
  auto& connection = *_connection;
  connection.send(head);
  connection.setHandler(std::move(handler));
  if (_pipelined.empty()) {
    if (std::exchange(_paused, false)) connection.resumeReading();
    return connection;
  }
  // This object lives until the end of the turn, and so does the connection. Nothing more is read until the new handler
  // has got the bytes that are here already.
  connection.pauseReading();
  loop().defer([rest = std::exchange(_pipelined, {}), &connection, taker = connection.handler()]() mutable {
    if (connection.closing()) return;
    connection.resumeReading();
    if (connection.handler() == taker) taker->onData(connection, std::span(rest.data(), rest.size()));
  });
  return connection;
}

void ServerConnection::moveTo(net::Loop& target) {
  assert(_state == State::Answering);
  _state = State::Moving;
  _current->abortListener = nullptr;
  _current->answerFields.clear();
  _timer.cancel();
  _connection->moveTo(target, [] {});
}

void ServerConnection::onMoved(net::Connection& connection) {
  _connection = &connection;
  if (_state != State::Moving) return;
  _state = State::Answering;
  callHandler();
  if (_state == State::Idle) resume();
}

void ServerConnection::arm(base::Duration delay) {
  loop().arm(_timer, delay);
}

void ServerConnection::onTimeout() {
  if (_state == State::Reading) return refuse(RequestError::Timeout);
  const auto waiting = _connection->queuedBytes();
  if (waiting == 0) {
    // A connection that was ended and has sent everything is lingering, which the net layer limits in time.
    if (_state == State::Idle) _connection->close();
  } else if (waiting < std::exchange(_unsent, waiting)) {
    arm(_service.options.stallTimeout);
  } else {
    _connection->close(net::CloseReason::SlowPeer);
  }
}

}  // namespace chat::http
