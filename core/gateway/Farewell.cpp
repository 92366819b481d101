#include "gateway/Farewell.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/Refusal.h"
#include "gateway/Shard.h"
#include "plugin/HeldHandlers.h"

namespace chat::gateway {
namespace {

using Views = std::vector<std::string_view>;

/// As it said: one that is slow isn't moved to workers, or it might hear of an end twice.
bool isInline(const plugin::DisconnectingRoute& route) noexcept {
  return route.execution == plugin::Execution::Inline;
}

class FarewellCall final : public RoleCall {
 public:
  FarewellCall(Endpoint& endpoint, const SharedParts& shared)
      : _caller(endpoint.snapshot()),
        _reason(endpoint.leaveReason),
        _rooms(std::move(endpoint.lastRooms)),
        _shared(shared) {}

  // Those that are there when it runs are told: one of them may have been replaced meanwhile.
  void run() override {
    if (_rooms) _leaving = plugin::hold(_shared.tables, &plugin::HandlerTable::disconnectings);
    _left = plugin::hold(_shared.tables, &plugin::HandlerTable::disconnects);
    reserve(_leaving.guards.size() + _left.guards.size());
    const Views views = _rooms ? Views(_rooms->begin(), _rooms->end()) : Views();
    for (std::size_t i = 0; i < _leaving.guards.size(); ++i) {
      const auto& route = (*_leaving.routes)[i];
      if (isInline(route)) continue;
      tell(route, "disconnecting", [&] { route.handler->disconnecting(*_caller, _reason, views); });
    }
    for (std::size_t i = 0; i < _left.guards.size(); ++i) {
      const auto& route = (*_left.routes)[i];
      tell(route, "disconnect", [&] { route.handler->disconnected(*_caller, _reason); });
    }
    _leaving.guards.clear();
    _left.guards.clear();
  }
  void concluded(const plugin::CallFailure*) override {}

 private:
  template <typename Route, typename Call>
  void tell(const Route& route, std::string_view what, Call&& call) {
    const auto& failure = step(*route.plugin, *route.stats, std::forward<Call>(call));
    if (failure) explain(*failure, what, _shared.logger);
  }

  const std::shared_ptr<const CallerSnapshot> _caller;
  const std::string_view _reason;
  const std::unique_ptr<std::vector<std::string>> _rooms;
  const SharedParts& _shared;
  plugin::HeldHandlers<plugin::DisconnectingRoute> _leaving;
  plugin::HeldHandlers<plugin::DisconnectRoute> _left;
};

}  // namespace

void Farewell::begin(Endpoint& endpoint, Shard& shard) {
  if (shard.tables().disconnectings().empty()) return;
  const auto routes = shard.tables().disconnectings();  // a copy: whoever is called may bring another table about
  auto rooms = endpoint.rooms();
  const Views views(rooms.begin(), rooms.end());
  for (const auto& route : routes) {
    if (!isInline(route)) continue;
    const auto guard = route.plugin->enter();
    if (!guard) continue;
    const auto failure =
        plugin::callPlugin([&] { route.handler->disconnecting(endpoint, endpoint.leaveReason, views); });
    shard.record(*route.stats, *route.plugin, failure);
    if (failure) explain(*failure, "disconnecting", shard.logger());
  }
  if (std::all_of(routes.begin(), routes.end(), isInline)) return;
  endpoint.lastRooms = std::make_unique<std::vector<std::string>>(std::move(rooms));
}

std::unique_ptr<RoleCall> Farewell::call(Endpoint& endpoint, const plugin::HandlerTable& table,
                                         const SharedParts& shared) {
  if (table.disconnects().empty() && !endpoint.lastRooms) return nullptr;
  return std::make_unique<FarewellCall>(endpoint, shared);
}

}  // namespace chat::gateway
