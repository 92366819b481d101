#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/Message.h"
#include "net/Connection.h"
#include "net/Loop.h"

namespace chat::http {

/// Told when the peer goes away before it was answered.
class AbortListener {
 public:
  virtual ~AbortListener() = default;
  /// The exchange is gone when this returns.
  virtual void onAborted() = 0;
};

/// One request and its answer, given now or later.
///
/// Thread: the connection's loop. Lifetime: the connection owns it; it is gone once it was answered, upgraded or
/// aborted, so whoever keeps a pointer to answer later sets an AbortListener. Requests that the peer pipelines wait
/// until then.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual Request& request() noexcept = 0;
  virtual net::Loop& loop() noexcept = 0;
  /// The client's numeric address (of a trusted proxy's forwarding header where there is one).
  virtual const std::string& clientAddress() noexcept = 0;
  /// Whether the client came over TLS, as a trusted proxy says.
  virtual bool secure() noexcept = 0;
  /// The host, with its port where one was given, that the client asked for: a trusted proxy's `X-Forwarded-Host`, else
  /// `Host`.
  virtual std::string_view host() noexcept = 0;
  /// The port of a trusted proxy's `X-Forwarded-Port`, for a host that has none; else empty.
  virtual std::string_view forwardedPort() noexcept = 0;
  /// Fields that the answer gets whoever gives it, 101 included. Empty at first, and again after `moveTo`.
  virtual std::vector<Field>& answerFields() noexcept = 0;
  /// Answers; the connection is kept or closed as request and server agree. HEAD gets the head alone.
  virtual void respond(Response response) = 0;
  /// Answers and closes the connection once the answer has left.
  virtual void respondAndClose(Response response) = 0;
  /// Answers 101 with these extra fields and hands the connection to `handler` (its `onData` gets what the peer sent
  /// after the head). Returns the connection, whose handler is now the given one.
  virtual net::Connection& upgrade(const std::vector<Field>& fields,
                                   std::unique_ptr<net::ConnectionHandler> handler) = 0;
  /// Moves the connection to another loop and calls the route's handler again there, with the same request. Nothing may
  /// be done with the exchange here after that.
  virtual void moveTo(net::Loop& target) = 0;
  virtual void setAbortListener(AbortListener* listener) noexcept = 0;
};

/// Serves the requests of a route. Shared by all loops: state that isn't constant belongs to whoever it looks up.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  /// Thread: the connection's loop. What it throws is answered 500 and logged.
  virtual void handle(Exchange& exchange) = 0;
  /// The longest body that this route takes, in bytes; a longer one is answered 413 as soon as that is known.
  virtual std::size_t bodyLimit() const noexcept { return 0; }
};

}  // namespace chat::http
