#include "gateway/reply/StreamStarts.h"

#include <cstddef>

#include "plugin/call/CallDoor.h"
#include "plugin/call/CallRefusals.h"
#include "plugin/table/GuardedHandlers.h"
#include "plugin/table/HandlerTable.h"

namespace chat::gateway {

std::optional<plugin::CallFailure> askStarts(const plugin::TablePublication& tables, const plugin::Identity& who,
                                             std::vector<StreamStart>& starts) {
  const auto handlers = plugin::guardAll(tables, &plugin::HandlerTable::streams);
  if (!handlers.isComplete()) return plugin::beingReplaced();
  for (const auto& route : *handlers.routes) {
    if (!plugin::CallDoor::admits(*route.plugin, base::systemClock())) return plugin::outOfService();
    StreamStart start{route.plugin->stream(), 0};
    if (auto failure = plugin::callPlugin([&] { start.position = route.handler->last(who); })) return failure;
    starts.push_back(start);
  }
  return std::nullopt;
}

}  // namespace chat::gateway
