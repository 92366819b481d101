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
  /// The words after the command's name, options among them: `disable`, `anna`.
  virtual std::span<const std::string_view> words() const noexcept = 0;
  /// A secret, which doesn't belong among the words, where other users of the machine would see it: typed at the
  /// terminal without being shown, else a line of the standard input; over the operations port the member `secret` of
  /// the request. `prompt` is shown at the terminal. Valid UTF-8 isn't promised. Valid during the call. Throws AppError
  /// 400 where there is none.
  virtual std::string_view secret(std::string_view prompt) = 0;
  /// Adds to what the command says. At a terminal it is shown at once.
  virtual void print(std::string_view text) = 0;
};

/// Serves a command for those who run the server (Registrar::onCommand): `chat-socketio NAME …` in a process of its
/// own, which loads this plugin alone, with the database and without sockets, while the server may be running or not;
/// and `POST /commands/NAME` at the operations port of the running server.
///
/// What a command changes for connected sockets goes by the database therefore: the process in which it runs has none.
class CHAT_PLUGIN_API CommandHandler {
 public:
  virtual ~CommandHandler();
  /// On a thread that may block; several calls may run at the same time. Returns when it is done. Throws AppError to
  /// refuse: 400 for words that can't be understood, 404, 409; the detail is shown. `plugin.NAME.timeoutMs` doesn't
  /// hold, and what it throws counts for no fault window: nobody but an operator waits.
  virtual void run(CommandCall& call) = 0;
};

}  // namespace chat::plugin
