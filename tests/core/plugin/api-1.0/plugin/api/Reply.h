#pragma once

#include <optional>
#include <string_view>

#include "plugin/api/Caller.h"

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
};

}  // namespace chat::plugin
