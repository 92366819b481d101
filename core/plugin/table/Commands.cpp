#include "plugin/table/Commands.h"

#include <string>

#include "plugin/call/CallRefusals.h"
#include "plugin/table/GuardedHandlers.h"

namespace chat::plugin {

std::optional<CallFailure> runCommand(const TablePublication& tables, std::string_view name, CommandCall& call) {
  for (int attempt = 0; attempt < MaxEntryAttempts; ++attempt) {
    const auto table = tables.current();
    const auto* const route = table->findCommand(name);
    if (!route) {
      return CallFailure{CallFailure::Kind::Refusal, 404, "No plugin has the command '" + std::string(name) + "'", {}};
    }
    if (const auto guard = route->plugin->enter()) return callPlugin([&] { route->handler->run(call); });
  }
  return beingReplaced();
}

}  // namespace chat::plugin
