#pragma once

#include <exception>

namespace chat::plugin {

class Reply;

/// An answer that is given after its handler has returned; from `Reply::later`. Since 1.2.
///
/// It ends with the first of: `send`, `fail`, the plugin's time-out (the client is told 504), its destruction (500).
/// What comes after that does nothing. Until it is destroyed the plugin isn't unloaded, so it must not be kept for
/// longer than it is needed. Thread: any, one at a time.
class PendingReply {
 public:
  virtual ~PendingReply() = default;
  /// What is called on it is recorded, and carried out after `send`. Not after the end.
  virtual Reply& reply() noexcept = 0;
  virtual void send() = 0;
  /// As if the handler had thrown `reason`: AppError refuses, data::Unavailable is 503, anything unknown a fault (500).
  /// What was recorded is dropped.
  virtual void fail(std::exception_ptr reason) = 0;
  /// False once it has ended, or its client has gone: nobody needs the answer any more.
  virtual bool isWanted() const noexcept = 0;
};

}  // namespace chat::plugin
