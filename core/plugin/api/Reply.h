#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "plugin/api/Acknowledgement.h"
#include "plugin/api/Caller.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/PendingReply.h"

namespace chat::plugin {

/// The answer of a handler. Calls are recorded and carried out, in their order, when the handler has returned; those of
/// an inline handler are carried out at once. If a handler throws, only its error is answered. Texts are copied. Owned
/// by the server and valid during the call; one thread at a time.
class Reply {
 public:
  virtual ~Reply() = default;
  /// Emits the request's event with `document` (one JSON value) to the asking socket. Then acknowledges with `(status,
  /// document)` if the client waits for an acknowledgement.
  virtual void answer(int status, std::string_view document) = 0;
  /// Only the acknowledgement: `(status, document)`.
  virtual void acknowledge(int status, std::string_view document) = 0;
  /// Only the acknowledgement, with any arguments: JSON values separated by commas, as in `Request::args()`.
  /// `withAttachments` sends the attachments of the request along, as for an echo.
  virtual void acknowledgeArgs(std::string_view args, bool withAttachments = false) = 0;
  /// Emits an event to the asking socket alone; `args` and `withAttachments` as above.
  virtual void emit(std::string_view event, std::string_view args, bool withAttachments = false) = 0;
  /// Sets or removes the identity of the asking socket. Takes effect before anything that the reply sends, and before
  /// the socket's next event is handled.
  virtual void setIdentity(std::optional<Identity> identity) = 0;
  /// Disconnects the asking socket after the rest of the reply. `closeConnection` closes the whole connection.
  virtual void disconnect(bool closeConnection) = 0;

  // --- since 1.1; all in their order with the above ---

  /// As `acknowledgeArgs`, with other attachments: the bytes of the placeholders in `args`
  /// (`{"_placeholder":true,"num":0}`), by their numbers.
  virtual void acknowledgeBinary(std::string_view args, std::span<const std::string_view> attachments) = 0;
  /// As `emit`, with other attachments.
  virtual void emitBinary(std::string_view event, std::string_view args,
                          std::span<const std::string_view> attachments) = 0;
  /// As Emitter::emit.
  virtual void emitTo(const Target& target, std::string_view event, std::string_view args,
                      const EmitOptions& options = {}, std::span<const std::string_view> attachments = {}) = 0;
  /// Emits to all sockets of the namespace except the asking one, or only to those of them that are in `room`. Does
  /// nothing for a plain WebSocket.
  virtual void broadcast(std::string_view event, std::string_view args, std::string_view room = {},
                         std::span<const std::string_view> attachments = {}) = 0;
  /// The asking socket joins or leaves a room, before what follows in the reply is sent and before its next event is
  /// handled; see Emitter::join.
  virtual void join(std::string_view room) = 0;
  virtual void leave(std::string_view room) = 0;
  /// Keeps a JSON value with the asking socket; an empty one removes the key. Every plugin's handlers see it
  /// (Caller::data) from the socket's next event on. It is kept as long as the socket, also when its connection is
  /// recovered. A socket keeps `limits.socketData` bytes, keys and values together. A value beyond that is not set, and
  /// the log says so.
  virtual void setData(std::string_view key, std::string_view value) = 0;
  /// Emits to the asking socket and gives its acknowledgement to `callback`; see Sockets::ask. A plain WebSocket can't
  /// be asked and counts as one that has left.
  virtual void ask(std::string_view event, std::string_view args, const AskOptions& options, AckCallback callback,
                   std::span<const std::string_view> attachments = {}) = 0;

  // --- since 1.2 ---

  /// The answer follows after the handler has returned, so that no thread waits for it: for a handler that hands its
  /// work over, say to Database::commitBatched. What was called on this reply before is carried out when the handler
  /// returns; nothing may be called on it after. The next events of the socket are handled meanwhile, up to
  /// `limits.waitingEvents`, so it doesn't suit an answer that changes what they find (identity, data, rooms). If the
  /// handler throws after it, the exception is the answer.
  /// Errors: std::logic_error if it was called before, or in a handler for any event.
  virtual std::shared_ptr<PendingReply> later() = 0;
};

}  // namespace chat::plugin
