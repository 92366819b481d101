#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/Message.h"
#include "net/Connection.h"
#include "net/Loop.h"

namespace chat::http {

/// Called when the peer disconnects before it was answered.
class AbortListener {
 public:
  virtual ~AbortListener() = default;
  /// The exchange is destroyed after this call.
  virtual void onAborted() = 0;
};

/// One request and its answer, which may be given later.
///
/// Thread: the connection's loop. Lifetime: the connection owns it; it is destroyed once it was answered, upgraded or
/// aborted, so code that keeps a pointer to answer later sets an AbortListener. Pipelined requests wait until then.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual Request& request() noexcept = 0;
  virtual net::Loop& loop() noexcept = 0;
  /// The client's numeric address (from the forwarding header if the peer is a trusted proxy).
  virtual const std::string& clientAddress() noexcept = 0;
  /// Whether the client's connection uses TLS, as told by a trusted proxy.
  virtual bool secure() noexcept = 0;
  /// The host that the client asked for, with its port if one was given: a trusted proxy's `X-Forwarded-Host`,
  /// otherwise `Host`.
  virtual std::string_view host() noexcept = 0;
  /// The port of a trusted proxy's `X-Forwarded-Port` if the host has none; otherwise empty.
  virtual std::string_view forwardedPort() noexcept = 0;
  /// Fields that are added to the answer, also to a 101, whichever code answers. Empty at first, and again after
  /// `moveTo`.
  virtual std::vector<Field>& answerFields() noexcept = 0;
  /// Answers; the connection is kept or closed as request and server agree. HEAD gets only the head.
  virtual void respond(Response response) = 0;
  /// Answers and closes the connection once the answer was sent.
  virtual void respondAndClose(Response response) = 0;
  /// Answers 101 with these extra fields and hands the connection to `handler` (its `onData` gets what the peer sent
  /// after the head). Returns the connection, whose handler is now the given one.
  virtual net::Connection& upgrade(const std::vector<Field>& fields,
                                   std::unique_ptr<net::ConnectionHandler> handler) = 0;
  /// Moves the connection to another loop and calls the route's handler again there, with the same request. After this
  /// call nothing may be done with the exchange on this loop.
  virtual void moveTo(net::Loop& target) = 0;
  virtual void setAbortListener(AbortListener* listener) noexcept = 0;
};

/// Serves the requests of a route. Shared by all loops, so it holds no state that changes: that belongs to an object of
/// the loop, which it looks up.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  /// Thread: the connection's loop. An exception is answered 500 and logged.
  virtual void handle(Exchange& exchange) = 0;
  /// The longest body that this route takes, in bytes; a longer one is answered 413 as soon as its length is known.
  virtual std::size_t bodyLimit() const noexcept { return 0; }
};

}  // namespace chat::http
