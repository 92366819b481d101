#include "archive/CommandLineOnly.h"

#include "plugin/api/AppError.h"

namespace chat::archive {

void CommandLineOnly::run(plugin::CommandCall& call) {
  if (!call.isAtCommandLine()) {
    throw plugin::AppError(403, "This command runs at the command line only: chat-socketio NAME …");
  }
  _retention.end();
  _command.run(call);
}

}  // namespace chat::archive
