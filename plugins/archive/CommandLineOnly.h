#pragma once

#include "archive/removal/Retention.h"
#include "plugin/api/CommandHandler.h"

namespace chat::archive {

/// Lets a command run at the command line only: it uses files of the machine, prints without limit or takes long, so a
/// request to the server gets a 403. In the process of a command nothing else is removed.
class CommandLineOnly final : public plugin::CommandHandler {
 public:
  CommandLineOnly(plugin::CommandHandler& command, Retention& retention) : _command(command), _retention(retention) {}
  void run(plugin::CommandCall& call) override;

 private:
  plugin::CommandHandler& _command;
  Retention& _retention;
};

}  // namespace chat::archive
