#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "plugin/api/Acknowledgement.h"
#include "plugin/api/Caller.h"
#include "plugin/api/Emitter.h"

namespace chat::plugin {

/// What a handler answers. Calls are recorded and leave, in their order, when the handler has returned (at once for an
/// inline handler); a handler that throws has answered nothing but its error. Texts are copied.
/// Owned by the server and valid during the call; one thread at a time.
class Reply {
 public:
  virtual ~Reply() = default;
  /// Emits the request's event with `document` (one JSON value) to the asking socket, then acknowledges with
  /// `(status, document)` if an acknowledgement is waited for.
  virtual void answer(int status, std::string_view document) = 0;
  /// The acknowledgement alone: `(status, document)`.
  virtual void acknowledge(int status, std::string_view document) = 0;
  /// The acknowledgement alone, with arguments of one's own: JSON values separated by commas, as in `Request::args()`.
  /// The request's own attachments are sent along where `withAttachments` (an echo).
  virtual void acknowledgeArgs(std::string_view args, bool withAttachments = false) = 0;
  /// Emits an event to the asking socket alone; `args` and `withAttachments` as above.
  virtual void emit(std::string_view event, std::string_view args, bool withAttachments = false) = 0;
  /// Makes the asking socket speak for somebody, or for nobody. Takes effect before what the reply sends, and before
  /// the socket's next event is handled.
  virtual void setIdentity(std::optional<Identity> identity) = 0;
  /// Disconnects the asking socket after the rest of the reply; `closeConnection` ends the whole connection.
  virtual void disconnect(bool closeConnection) = 0;

  // --- since 1.1; all in their order with the above ---

  /// As `acknowledgeArgs`, with attachments of one's own: the bytes that the placeholders of `args`
  /// (`{"_placeholder":true,"num":0}`) number.
  virtual void acknowledgeBinary(std::string_view args, std::span<const std::string_view> attachments) = 0;
  /// As `emit`, with attachments of one's own.
  virtual void emitBinary(std::string_view event, std::string_view args,
                          std::span<const std::string_view> attachments) = 0;
  /// As Emitter::emit.
  virtual void emitTo(const Target& target, std::string_view event, std::string_view args,
                      const EmitOptions& options = {}, std::span<const std::string_view> attachments = {}) = 0;
  /// To the others: everybody in the namespace but the asking socket; or who of them is in `room`. To nobody from a
  /// plain WebSocket.
  virtual void broadcast(std::string_view event, std::string_view args, std::string_view room = {},
                         std::span<const std::string_view> attachments = {}) = 0;
  /// The asking socket joins or leaves a room, before what follows in the reply is sent and its next event handled; see
  /// Emitter::join.
  virtual void join(std::string_view room) = 0;
  virtual void leave(std::string_view room) = 0;
  /// Keeps a JSON value with the asking socket; an empty one removes the key. Every plugin's handlers see it
  /// (Caller::data) from the socket's next event on. It lives as long as the socket, and through a recovery of its
  /// connection. A socket keeps `limits.socketData` bytes, keys and values together: what would go beyond is not set,
  /// and the log says so.
  virtual void setData(std::string_view key, std::string_view value) = 0;
  /// Emits to the asking socket and waits for its acknowledgement; see Sockets::ask. Not from a plain WebSocket, which
  /// counts as having left.
  virtual void ask(std::string_view event, std::string_view args, const AskOptions& options, AckCallback callback,
                   std::span<const std::string_view> attachments = {}) = 0;
};

}  // namespace chat::plugin
