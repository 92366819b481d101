#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/Exchange.h"
#include "http/RequestError.h"
#include "http/Router.h"
#include "http/TrustedProxies.h"
#include "net/ConnectionHandler.h"
#include "net/Timer.h"

namespace chat::http {

/// What all connections of an HTTP server share. Filled at start, then read by every loop; outlives the connections.
struct Service {
  struct Options {
    base::Duration headersTimeout{60'000};    ///< from the connection or a request's first byte to the end of its head
    base::Duration requestTimeout{300'000};   ///< from a request's first byte to its last
    base::Duration keepAliveTimeout{75'000};  ///< a connection without a request is closed after this time
    base::Duration stallTimeout{30'000};      ///< a peer that takes nothing of its answer for this long is closed
    std::size_t maxHeaderSize = 16 * 1024;
    /// Bytes of pipelined requests that may wait; beyond that the connection isn't read from until an answer was given.
    std::size_t maxPipelined = 64 * 1024;
  };
  Options options;
  Router router;
  TrustedProxies proxies;
  /// Set when the server ends: every answer then closes its connection.
  std::atomic<bool> draining{false};
};

/// HTTP/1.x on one connection: reads requests, finds their route, lets it answer, keeps or closes the connection.
///
/// One request at a time, so the connection is its own exchange. Pipelined requests wait, bounded by `maxPipelined` and
/// one read. A connection without a request holds no buffers. An invalid request is answered with its RequestError's
/// status and sentence, then the connection is closed.
/// Thread: its loop's. Lifetime: the connection owns it.
class ServerConnection final : public net::ConnectionHandler, private Exchange {
 public:
  explicit ServerConnection(const Service& service);
  ~ServerConnection() override;

  void onOpened(net::Connection& connection) override;
  void onData(net::Connection& connection, std::span<char> bytes) override;
  void onClosed(net::Connection& connection, net::CloseReason reason) override;
  void onMoved(net::Connection& connection) override;

 private:
  enum class State : std::uint8_t { Idle, Reading, Answering, Moving, Ended };
  struct Current;

  Request& request() noexcept override;
  net::Loop& loop() noexcept override;
  const std::string& clientAddress() noexcept override;
  bool secure() noexcept override;
  std::string_view host() noexcept override;
  std::string_view forwardedPort() noexcept override;
  std::vector<Field>& answerFields() noexcept override;
  void respond(Response response) override;
  void respondAndClose(Response response) override;
  net::Connection& upgrade(const std::vector<Field>& fields, std::unique_ptr<net::ConnectionHandler> handler) override;
  void moveTo(net::Loop& target) override;
  void setAbortListener(AbortListener* listener) noexcept override;

  static std::vector<std::unique_ptr<Current>>& spares();
  static std::unique_ptr<Current> takeSpare(std::size_t maxHeaderSize);
  static void keepSpare(std::unique_ptr<Current> current);
  void consume(std::string_view input);
  void begin();
  bool onHead(bool moreCame);
  void dispatch();
  void callHandler();
  void keepForLater(std::string_view input);
  void resume();
  void answer(const Response& response, bool keepAlive);
  void refuse(RequestError error);
  void refuse(int status, std::string_view text, bool keepAlive);
  void finish(bool keepAlive);
  void identifyClient();
  void arm(base::Duration delay);
  void onTimeout();
  void logFault(const std::string& what) noexcept;

  const Service& _service;
  net::Connection* _connection = nullptr;  // null after its end
  std::unique_ptr<Current> _current;       // the request that is being read or answered
  std::string _pipelined;
  std::size_t _unsent = 0;  // bytes that waited for the peer when the timer was last set
  net::Timer _timer;
  State _state = State::Idle;
  bool _dispatching = false;
  bool _paused = false;
};

}  // namespace chat::http
