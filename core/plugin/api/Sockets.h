#pragma once

// Since API 1.1.

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "plugin/api/Acknowledgement.h"
#include "plugin/api/Caller.h"
#include "plugin/api/Emitter.h"

namespace chat::plugin {

/// A socket as it was when it was looked at. Owned by its list; views are valid as long as that.
class SocketInfo {
 public:
  virtual ~SocketInfo() = default;
  /// Id, namespace, identity, address, handshake and data.
  virtual const Caller& caller() const noexcept = 0;
  /// With the room named by its id, which is the first. Empty for a plain WebSocket.
  virtual std::span<const std::string_view> rooms() const noexcept = 0;
};

/// Sockets of all loops, in no order. Owned by the server; immutable, thread: any.
class SocketList {
 public:
  virtual ~SocketList() = default;
  virtual std::size_t size() const noexcept = 0;
  /// `index` below `size()`.
  virtual const SocketInfo& at(std::size_t index) const noexcept = 0;
};

/// Called exactly once, on the plugin's pool (Worker) or on a loop (Inline), as AckCallback is.
using SocketListCallback = base::UniqueFunction<void(const SocketList&)>;

/// Asks sockets and looks at them, wherever their loops are. One for each plugin; see Context::sockets().
///
/// Thread: any, also inside a handler, `start()` and a callback of these. The functions named `…AndWait` block: on a
/// thread that may (a worker handler, a timer, a connect handler, `start()`), never on a loop, where they throw
/// std::logic_error. What a worker's Reply has recorded leaves after the handler has returned, so after what is asked
/// here.
///
/// Limits: a plugin has `plugin.NAME.questions` questions and look-ups under way; one more throws AppError(503), of
/// which nothing was sent. Whom a target of kind User finds on `/ws` is looked at, but not asked: plain WebSockets have
/// no acknowledgements towards the server. Where the plugin is being taken out, what is under way ends at once with
/// what has come.
class Sockets {
 public:
  virtual ~Sockets() = default;

  /// Emits an event to every selected socket, encoded once for each loop, and waits for their acknowledgements until
  /// all have come or the deadline passes. `args` and `attachments` as for Emitter::emit. A question is in order with
  /// what the same thread emits.
  virtual void ask(const Target& target, std::string_view event, std::string_view args, const AskOptions& options,
                   AckCallback callback, std::span<const std::string_view> attachments = {}) = 0;
  /// As `ask`, and waits for the outcome. Never null.
  virtual std::shared_ptr<const AckResult> askAndWait(const Target& target, std::string_view event,
                                                      std::string_view args, std::chrono::milliseconds timeout,
                                                      std::span<const std::string_view> attachments = {}) = 0;

  /// The connected sockets of a target with all that is known of them.
  virtual void fetch(const Target& target, Execution execution, SocketListCallback callback) = 0;
  /// As `fetch`, and waits. Never null. Throws AppError(503) where a loop hasn't answered within `timeout`.
  virtual std::shared_ptr<const SocketList> fetchAndWait(
      const Target& target, std::chrono::milliseconds timeout = std::chrono::seconds(5)) = 0;
  /// How many connected sockets a target has; cheaper than to fetch them. Else as `fetchAndWait`.
  virtual std::size_t countAndWait(const Target& target,
                                   std::chrono::milliseconds timeout = std::chrono::seconds(5)) = 0;

  /// Keeps a JSON value with every selected socket, as Reply::setData does for the asking one.
  virtual void setData(const Target& target, std::string_view key, std::string_view value) = 0;

  /// As the other one, with all options; Execution has no meaning here.
  virtual std::shared_ptr<const AckResult> askAndWait(const Target& target, std::string_view event,
                                                      std::string_view args, const AskOptions& options,
                                                      std::span<const std::string_view> attachments = {}) = 0;
};

}  // namespace chat::plugin
