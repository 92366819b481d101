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

/// A socket as it was when the list was made. Owned by its list; views are valid as long as the list.
class SocketInfo {
 public:
  virtual ~SocketInfo() = default;
  /// Id, namespace, identity, address, handshake and data.
  virtual const Caller& caller() const noexcept = 0;
  /// The first is the room named by the socket's id. Empty for a plain WebSocket.
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

/// Asks, lists and counts the sockets of all loops. One for each plugin; see Context::sockets().
///
/// Thread: any, also inside a handler, `start()` and a callback of these. The functions named `…AndWait` block, so they
/// are for a worker handler, a timer, a connect handler or `start()`. On a loop they throw std::logic_error. What a
/// worker's Reply has recorded is sent after the handler has returned, so after what is asked here.
///
/// Limits: a plugin has at most `plugin.NAME.questions` questions and look-ups under way; one more throws
/// AppError(503), and nothing is sent. Plain WebSockets can't acknowledge to the server: a user's sockets on `/ws` are
/// listed and counted, but not asked. If the plugin is being removed, what is under way ends at once with the answers
/// that have come.
class Sockets {
 public:
  virtual ~Sockets() = default;

  /// Emits an event to every selected socket, encoded once for each loop, and waits for their acknowledgements until
  /// all have come or the deadline passes. `args` and `attachments`: see Emitter::emit. Questions and emits of one
  /// thread reach each socket in order.
  virtual void ask(const Target& target, std::string_view event, std::string_view args, const AskOptions& options,
                   AckCallback callback, std::span<const std::string_view> attachments = {}) = 0;
  /// As `ask`, and waits for the outcome. Never null.
  virtual std::shared_ptr<const AckResult> askAndWait(const Target& target, std::string_view event,
                                                      std::string_view args, std::chrono::milliseconds timeout,
                                                      std::span<const std::string_view> attachments = {}) = 0;

  /// The connected sockets of a target, with all that is known about them.
  virtual void fetch(const Target& target, Execution execution, SocketListCallback callback) = 0;
  /// As `fetch`, and waits. Never null. Throws AppError(503) if a loop hasn't answered within `timeout`.
  virtual std::shared_ptr<const SocketList> fetchAndWait(
      const Target& target, std::chrono::milliseconds timeout = std::chrono::seconds(5)) = 0;
  /// How many connected sockets a target has; cheaper than fetching them. Otherwise as `fetchAndWait`.
  virtual std::size_t countAndWait(const Target& target,
                                   std::chrono::milliseconds timeout = std::chrono::seconds(5)) = 0;

  /// Keeps a JSON value with every selected socket, as Reply::setData does with the asking one.
  virtual void setData(const Target& target, std::string_view key, std::string_view value) = 0;

  /// As the `askAndWait` above, with all options; `execution` has no meaning here.
  virtual std::shared_ptr<const AckResult> askAndWait(const Target& target, std::string_view event,
                                                      std::string_view args, const AskOptions& options,
                                                      std::span<const std::string_view> attachments = {}) = 0;
};

}  // namespace chat::plugin
