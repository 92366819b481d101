#pragma once

#include <cstddef>
#include <string_view>

#include "plugin/api/Caller.h"

namespace chat::plugin {

/// One event from a client, as a handler sees it. Owned by the server and valid during the call; one thread at a time.
class Request {
 public:
  virtual ~Request() = default;
  virtual std::string_view event() const noexcept = 0;
  /// The arguments after the event's name as the client sent them: JSON values separated by commas, without the
  /// brackets (`{"data":1},true`); empty if there are none. The text may be malformed JSON: a handler that reads it has
  /// to parse it. A binary argument is its placeholder `{"_placeholder":true,"num":0}`.
  virtual std::string_view args() const noexcept = 0;
  /// The text of the first argument; empty if there is none. Found by scanning, not by parsing.
  virtual std::string_view document() const noexcept = 0;
  virtual std::size_t attachmentCount() const noexcept = 0;
  /// The bytes of attachment `num`, which must be below `attachmentCount()`.
  virtual std::string_view attachment(std::size_t num) const noexcept = 0;
  /// Whether the client waits for an acknowledgement.
  virtual bool wantsAck() const noexcept = 0;
  virtual const Caller& caller() const noexcept = 0;
};

}  // namespace chat::plugin
