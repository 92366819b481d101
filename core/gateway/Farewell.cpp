#include "gateway/Farewell.h"

#include <algorithm>
#include <utility>

#include "gateway/Refusal.h"
#include "plugin/Generation.h"
#include "plugin/HeldHandlers.h"
#include "plugin/PluginCall.h"

namespace chat::gateway {
namespace {

using Views = std::vector<std::string_view>;

void tell(plugin::DisconnectingHandler& handler, const plugin::Caller& caller, std::string_view reason,
          const Views& rooms, Poco::Logger& logger) {
  const auto failure = plugin::callPlugin([&] { handler.disconnecting(caller, reason, rooms); });
  if (failure) explain(*failure, "disconnecting", logger);
}

bool isInline(const plugin::DisconnectingRoute& route) noexcept {
  return route.execution == plugin::Execution::Inline;
}

}  // namespace

void Farewell::begin(Endpoint& endpoint, const plugin::HandlerTable& table, Poco::Logger& logger) {
  if (table.disconnectings().empty()) return;
  const auto routes = table.disconnectings();  // a copy: whoever is called may bring another table about
  auto rooms = endpoint.rooms();
  const Views views(rooms.begin(), rooms.end());
  for (const auto& route : routes) {
    if (!isInline(route)) continue;
    if (const auto guard = route.plugin->enter()) tell(*route.handler, endpoint, endpoint.leaveReason, views, logger);
  }
  if (std::all_of(routes.begin(), routes.end(), isInline)) return;
  endpoint.lastRooms = std::make_unique<std::vector<std::string>>(std::move(rooms));
}

base::Task Farewell::task(Endpoint& endpoint, const plugin::HandlerTable& table, const SharedParts& shared) {
  const auto& leaving = table.disconnectings();
  if (table.disconnects().empty() && std::all_of(leaving.begin(), leaving.end(), isInline)) return {};
  // Those that are there when it runs are told: one of them may have been replaced meanwhile.
  return [caller = endpoint.snapshot(), reason = endpoint.leaveReason, rooms = std::move(endpoint.lastRooms), &shared] {
    if (rooms) {
      const Views views(rooms->begin(), rooms->end());
      const auto held = plugin::hold(shared.tables, &plugin::HandlerTable::disconnectings);
      for (std::size_t i = 0; i < held.guards.size(); ++i) {
        const auto& route = (*held.routes)[i];
        if (!isInline(route)) tell(*route.handler, *caller, reason, views, shared.logger);
      }
    }
    const auto held = plugin::hold(shared.tables, &plugin::HandlerTable::disconnects);
    for (std::size_t i = 0; i < held.guards.size(); ++i) {
      auto* const handler = (*held.routes)[i].handler;
      const auto failure = plugin::callPlugin([&] { handler->disconnected(*caller, reason); });
      if (failure) explain(*failure, "disconnect", shared.logger);
    }
  };
}

}  // namespace chat::gateway
