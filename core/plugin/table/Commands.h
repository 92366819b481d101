#pragma once

#include <optional>
#include <string_view>

#include "plugin/api/CommandHandler.h"
#include "plugin/call/PluginCall.h"
#include "plugin/table/TablePublication.h"

namespace chat::plugin {

/// Runs a command of the plugins that serve. The result is empty if the command has run, and a refusal with 404 if no
/// plugin has such a command. Thread: any that may block.
std::optional<CallFailure> runCommand(const TablePublication& tables, std::string_view name, CommandCall& call);

}  // namespace chat::plugin
