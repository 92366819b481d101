#include "gateway/Outgoing.h"

#include "gateway/Refusal.h"
#include "gateway/Shard.h"
#include "net/Loop.h"
#include "plugin/Generation.h"

namespace chat::gateway {

Outgoing::Outgoing(Shard& shard) : _shard(shard), _publication(shard.shared().tables), _tables(shard.shared().tables) {}

void Outgoing::tell(const plugin::Caller& receiver, std::string_view event, std::string_view args) {
  const auto* const outer = _shown;
  if (!outer) _shown = &_tables.current();
  for (const auto& route : _shown->outgoings()) {
    const auto guard = route.plugin->enter();
    if (!guard) continue;
    if (!route.plugin->faults().admits(_shard.loop().now())) {
      route.stats->slot(_shard.loop().index()).rejected.add();
      continue;
    }
    const auto failure = _shard.callInline(*route.stats, *route.plugin, InlineMark::Held::Fails,
                                           [&] { route.handler->outgoing(receiver, event, args); });
    if (failure) explain(*failure, "outgoing event", _shard.logger());
  }
  _shown = outer;
}

}  // namespace chat::gateway
