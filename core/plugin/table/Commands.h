#pragma once

#include <optional>
#include <string_view>

#include "plugin/api/CommandHandler.h"
#include "plugin/call/PluginCall.h"
#include "plugin/table/TablePublication.h"

namespace chat::plugin {

/// Runs a command of the plugins that serve. Nothing: it is done. A refusal with 404 where nobody has the command.
/// Thread: any that may block.
std::optional<CallFailure> runCommand(const TablePublication& tables, std::string_view name, CommandCall& call);

}  // namespace chat::plugin
