#include "plugin/Commands.h"

#include <string>

namespace chat::plugin {

std::optional<CallFailure> runCommand(const TablePublication& tables, std::string_view name, CommandCall& call) {
  constexpr int MaxAttempts = 16;  // each one more means a replacement in the same moment
  for (int attempt = 0; attempt < MaxAttempts; ++attempt) {
    const auto table = tables.current();
    const auto* const route = table->findCommand(name);
    if (!route) {
      return CallFailure{CallFailure::Kind::Refusal, 404, "No plugin has the command '" + std::string(name) + "'", {}};
    }
    if (const auto guard = route->plugin->enter()) return callPlugin([&] { route->handler->run(call); });
  }
  return beingChanged();
}

}  // namespace chat::plugin
