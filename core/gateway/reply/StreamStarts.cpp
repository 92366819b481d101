#include "gateway/reply/StreamStarts.h"

#include "plugin/call/CallDoor.h"
#include "plugin/call/CallRefusals.h"
#include "plugin/table/GuardedHandlers.h"
#include "plugin/table/HandlerTable.h"

namespace chat::gateway {

StreamStarts StreamStarts::ask(const plugin::TablePublication& tables, const plugin::Identity& who) {
  StreamStarts starts;
  const auto handlers = plugin::guardAll(tables, &plugin::HandlerTable::streams);
  if (!handlers.isComplete()) starts.failure = plugin::beingReplaced();
  for (const auto& route : *handlers.routes) {
    if (starts.failure) break;
    auto& answer = starts.answers.emplace_back(StreamAnswer{route.plugin, route.stats, {route.plugin->stream(), 0}});
    if (!plugin::CallDoor::admits(*route.plugin, base::systemClock())) {
      answer.isRejected = true;
      starts.failure = plugin::outOfService();
      break;
    }
    const auto begin = std::chrono::steady_clock::now();
    answer.failure = plugin::callPlugin([&] { answer.start.position = route.handler->last(who); });
    answer.took = std::chrono::steady_clock::now() - begin;
    starts.failure = answer.failure;
  }
  return starts;
}

}  // namespace chat::gateway
