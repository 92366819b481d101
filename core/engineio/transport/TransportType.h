#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "engineio/api/Options.h"
#include "engineio/api/RefusalCause.h"
#include "engineio/api/Session.h"
#include "engineio/transport/Transport.h"
#include "http/Exchange.h"

namespace chat::engineio {

/// What a transport is opened for. The references outlive the transport, the id lasts for the call.
struct TransportContext {
  Transport::Owner& owner;
  net::Loop& loop;
  const Options& options;
  SessionAcceptor& acceptor;
  int protocol;              ///< the Engine.IO revision, 3 or 4
  bool allowBinary;          ///< the client takes binary packets as such, not in base64
  std::string_view session;  ///< the session's id
};

/// One kind of transport: when a request is for it, and how one is opened. TransportTypes.cpp lists them.
///
/// Immutable, one instance for the process. Thread: any for the properties, the exchange's loop for the rest.
class TransportType {
 public:
  struct Properties {
    /// As in the query (`transport=polling`) and in the setting `engine.transports`.
    std::string_view name;
    /// Whether it is asked for by an HTTP upgrade. Requests that upgrade, and those of other transports, don't mix.
    bool byUpgrade = false;
    /// Whether further HTTP requests of the session belong to it.
    bool takesRequests = false;
    /// The transports that a session may change from to this one.
    std::span<const std::string_view> replaces{};
  };
  /// Why a request can't be for this transport.
  struct Fault {
    RefusalCause cause;
    std::optional<http::Response> answer{};  ///< in place of the usual one; the connection is closed after it
  };

  constexpr explicit TransportType(const Properties& properties) noexcept : _properties(properties) {}
  virtual ~TransportType() = default;

  std::string_view name() const noexcept { return _properties.name; }
  bool byUpgrade() const noexcept { return _properties.byUpgrade; }
  bool takesRequests() const noexcept { return _properties.takesRequests; }
  bool replaces(const TransportType& other) const noexcept;

  /// Whether the request is well-formed and allowed. Before any other call for this request.
  virtual std::optional<Fault> check(http::Exchange& exchange, const Options& options) const = 0;
  /// Opens a transport by the session's first request, or by the one that the session is to be upgraded with. It takes
  /// the exchange over.
  virtual std::unique_ptr<Transport> open(http::Exchange& exchange, const TransportContext& context) const = 0;
  /// Answers a request for a session that can't change to this transport, at present or at all.
  virtual void turnAway(http::Exchange& exchange, const Options& options, SessionAcceptor& acceptor) const = 0;

 private:
  const Properties _properties;
};

}  // namespace chat::engineio
