#pragma once

// Since API 1.1.

#include <span>
#include <string_view>

#include "plugin/api/Export.h"

namespace chat::plugin {

/// One run of a command. Owned by the server and valid during the call; one thread at a time.
class CommandCall {
 public:
  virtual ~CommandCall() = default;
  /// The words after the command's name, with its options: `disable`, `anna`.
  virtual std::span<const std::string_view> words() const noexcept = 0;
  /// A secret. It isn't among the words, since other users of the machine can see those. At a terminal it is typed
  /// without being shown, after `prompt`; otherwise it is a line of the standard input. Over the operations port it is
  /// the member `secret` of the request. It may be invalid UTF-8. Valid during the call. Throws AppError 400 if there
  /// is none.
  virtual std::string_view secret(std::string_view prompt) = 0;
  /// Adds text to the output of the command. At a terminal it is shown at once.
  virtual void print(std::string_view text) = 0;

  // --- since 1.2 ---

  /// Whether it runs in a process of its own, at the command line, and not by a request to the server. Only there a
  /// command may use files that its words name, and print without limit.
  virtual bool isAtCommandLine() const noexcept = 0;
};

/// Serves a command for operators of the server (Registrar::onCommand). `chat-socketio NAME …` runs it in a process of
/// its own, which loads only this plugin, with the database and without sockets, whether the server runs or not. `POST
/// /commands/NAME` at the operations port runs it in the running server.
///
/// So a command must change things for connected sockets through the database: the process in which it runs may have no
/// sockets.
class CHAT_PLUGIN_API CommandHandler {
 public:
  virtual ~CommandHandler();
  /// On a thread that may block; several calls may run at the same time. Returns when it is done. Throws AppError to
  /// refuse: 400 for words that can't be understood, 404, 409; the detail is shown. `plugin.NAME.timeoutMs` doesn't
  /// apply, and an exception is no fault of the plugin, since only an operator waits.
  virtual void run(CommandCall& call) = 0;
};

}  // namespace chat::plugin
