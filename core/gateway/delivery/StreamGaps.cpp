#include "gateway/delivery/StreamGaps.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "gateway/delivery/ReplayRun.h"

namespace chat::gateway {

bool StreamGaps::fill(Endpoint& endpoint, const std::shared_ptr<const Emission>& emission) {
  const auto stream = emission->place.stream;
  auto handlers = _calls.guardAll(&plugin::HandlerTable::streams);
  for (std::size_t i = 0; i < handlers.guards.size(); ++i) {
    const auto& route = (*handlers.routes)[i];
    if (route.plugin->stream() != stream) continue;
    if (!endpoint.hold) endpoint.hold = std::make_unique<ReplayHold>();
    endpoint.hold->add(stream);
    endpoint.hold->find(stream)->emissions.push_back(emission);
    ReplayStep step{route.plugin, route.stats, std::move(handlers.guards[i]),
                    [handler = route.handler, last = endpoint.positions.last(stream)](
                        const plugin::Caller& caller, std::string_view, plugin::Replay& replay) {
                      handler->missed(caller, last, replay);
                    },
                    // It was stored before this emit was handed over, so it has been read, or was removed meanwhile.
                    emission->place.previous};
    std::vector<ReplayStep> steps;
    steps.push_back(std::move(step));
    auto run =
        std::make_unique<ReplayRun>(_calls, _delivery, endpoint.handle, endpoint.snapshot(), "{}", std::move(steps));
    // The client reconnects by itself and asks for what it misses.
    if (!_replays.submit(std::move(run))) endpoint.drop();
    return true;
  }
  return false;
}

}  // namespace chat::gateway
