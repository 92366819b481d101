#include "gateway/Outgoing.h"

#include "gateway/Refusal.h"
#include "plugin/Generation.h"
#include "plugin/PluginCall.h"

namespace chat::gateway {

void Outgoing::tell(const plugin::Caller& receiver, std::string_view event, std::string_view args) {
  for (const auto& route : _tables.current().outgoings()) {
    const auto guard = route.plugin->enter();
    if (!guard) continue;
    const auto failure = plugin::callPlugin([&] { route.handler->outgoing(receiver, event, args); });
    if (failure) explain(*failure, "outgoing event", _logger);
  }
}

}  // namespace chat::gateway
