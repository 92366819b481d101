#pragma once

// Since API 1.1.

#include <cstddef>
#include <string_view>

#include "plugin/api/Export.h"

namespace chat::plugin {

/// The request with which a client asks for a session: its first polling request, or the request for its WebSocket if
/// it doesn't poll. Views are valid during the call.
class HandshakeRequest {
 public:
  virtual ~HandshakeRequest() = default;
  /// `GET`; other methods have been refused already.
  virtual std::string_view method() const noexcept = 0;
  /// The target as sent: `/socket.io/?EIO=4&transport=polling`.
  virtual std::string_view url() const noexcept = 0;
  /// The parts of the url before and after the `?`, not decoded.
  virtual std::string_view path() const noexcept = 0;
  virtual std::string_view query() const noexcept = 0;
  /// `name` in any case. Empty if it was not sent. `Connection`, `Upgrade` and `Sec-WebSocket-…` aren't kept.
  virtual std::string_view header(std::string_view name) const noexcept = 0;
  /// The client's address without the port. Behind a trusted proxy it is taken from the proxy's forwarding header.
  virtual std::string_view address() const noexcept = 0;
  /// Whether the client uses TLS, as a trusted proxy says.
  virtual bool secure() const noexcept = 0;
  /// `polling` or `websocket`.
  virtual std::string_view transport() const noexcept = 0;
  /// The Engine.IO revision, 3 or 4.
  virtual int protocol() const noexcept = 0;
};

/// Header fields for the answers to a client, beside the server's own. A refusal gets none of them.
///
/// A field replaces one with the same name, except for `Set-Cookie`, which may be set several times. Throws
/// std::invalid_argument for an invalid name or value, for fields that only the server sets (`Content-…`,
/// `Cache-Control`, `Connection`, `Transfer-Encoding`, `Date`, `Sec-WebSocket-…` and the like), and for more than
/// MaxFields fields or MaxBytes bytes in all.
class HandshakeResponse {
 public:
  static constexpr std::size_t MaxFields = 32;
  static constexpr std::size_t MaxBytes = 8192;
  virtual ~HandshakeResponse() = default;
  /// A field of the answer to the handshake: `initial_headers` of the reference server.
  virtual void setHeader(std::string_view name, std::string_view value) = 0;
  /// A field of every HTTP answer of the session, the handshake's included: `headers` of the reference server. Kept for
  /// as long as the session.
  virtual void setSessionHeader(std::string_view name, std::string_view value) = 0;
};

/// Decides who may open a session, before there is one: `allowRequest` of the reference server. Asked once for each
/// session, not for its later requests or its upgrade, and not for `/ws`. Handlers run in order
/// (Registrar::onHandshake), each on its plugin's workers, so they may block. All of them together have
/// `engine.handshakeTimeout`. If they take longer, or if a plugin's queue is full or a plugin is out of service, the
/// client is refused with 503. As long as no plugin registers one, handshakes cost nothing more.
class CHAT_PLUGIN_API HandshakeHandler {
 public:
  virtual ~HandshakeHandler();
  /// Returns to accept the client. Throws AppError to refuse it: HTTP 403 with `{"code":4,"message":<detail>}`; a
  /// WebSocket isn't upgraded and gets 400 with the detail as text. Anything else thrown is a fault, and the client is
  /// refused with 503. It may run for a client that is gone already.
  virtual void handshake(const HandshakeRequest& request, HandshakeResponse& response) = 0;
};

}  // namespace chat::plugin
