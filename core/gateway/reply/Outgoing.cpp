#include "gateway/reply/Outgoing.h"

#include <utility>

#include "gateway/call/Refusal.h"

namespace chat::gateway {

void Outgoing::tell(const plugin::Caller& receiver, std::string_view event, std::string_view args) {
  // What a handler emits is shown to the same handlers, whatever becomes of the table meanwhile.
  const auto outer = _shown;
  if (!outer) _shown = _calls.sharedTable();
  const auto table = _shown;
  for (const auto& route : table->outgoings()) {
    const auto guard = route.plugin->enter();
    if (!guard || _calls.refusalOf(*route.plugin, *route.stats)) continue;
    const auto failure = _calls.callInline(*route.stats, *route.plugin, InlineMark::OnStall::Fails,
                                           [&] { route.handler->outgoing(receiver, event, args); });
    if (failure) explain(*failure, "outgoing event", _calls.logger());
  }
  _shown = outer;
}

}  // namespace chat::gateway
