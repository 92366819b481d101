#include "gateway/admission/Farewells.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/LogCause.h"
#include "gateway/call/Refusal.h"
#include "plugin/table/GuardedHandlers.h"

namespace chat::gateway {
namespace {

using Views = std::vector<std::string_view>;

/// As it said: one that is slow isn't moved to workers, or it might hear of an end twice.
bool isInline(const plugin::DisconnectingRoute& route) noexcept {
  return route.execution == plugin::Execution::Inline;
}

template <typename Route>
using Guarded = plugin::GuardedHandlers<Route>;

/// Takes the handlers over whose plugin is wanted.
template <typename Route, typename Wanted>
Guarded<Route> take(Guarded<Route>& all, const Wanted& isWanted) {
  Guarded<Route> taken{all.table, all.routes, std::vector<plugin::CallGuard>(all.guards.size())};
  for (std::size_t i = 0; i < all.guards.size(); ++i) {
    if (isWanted(*(*all.routes)[i].plugin)) taken.guards[i] = std::move(all.guards[i]);
  }
  return taken;
}

template <typename Route>
bool isAnyLeft(const Guarded<Route>& handlers) noexcept {
  return std::any_of(handlers.guards.begin(), handlers.guards.end(), [](const auto& guard) { return bool(guard); });
}

/// If a handler takes too long, those of other plugins are told by a call of their own; those of the same plugin, in
/// their order, when it has returned.
class FarewellCall final : public ConnectionCall {
 public:
  FarewellCall(Endpoint& endpoint, Farewells& owner, LoopCalls& calls)
      : _owner(owner),
        _calls(calls),
        _caller(endpoint.snapshot()),
        _reason(endpoint.leaveReason),
        _rooms(std::move(endpoint.lastRooms)) {}

  void run() override {
    if (!std::exchange(_isGuarded, true)) guard();
    const Views views = _rooms ? Views(_rooms->begin(), _rooms->end()) : Views();
    const bool isDone =
        tell(_leaving, "disconnecting", [&](auto& handler) { handler.disconnecting(*_caller, _reason, views); });
    if (isDone) tell(_left, "disconnect", [&](auto& handler) { handler.disconnected(*_caller, _reason); });
  }
  void concluded(const plugin::CallFailure* tooLong) override {
    const auto isOther = [&](const plugin::Generation& plugin) { return &plugin != &lastPlugin(); };
    if (tooLong) goOnWith(isOther);
  }
  void returnedLate() override {
    goOnWith([](const plugin::Generation&) { return true; });
  }

 private:
  template <typename Wanted>
  FarewellCall(FarewellCall& other, const Wanted& isWanted)
      : _owner(other._owner),
        _calls(other._calls),
        _caller(other._caller),
        _reason(other._reason),
        _rooms(other._rooms),
        _isGuarded(true),
        _leaving(take(other._leaving, isWanted)),
        _left(take(other._left, isWanted)) {}

  // Those that are there when it runs are told: one of them may have been replaced meanwhile.
  void guard() {
    const auto& tables = _calls.publication();
    if (_rooms) _leaving = plugin::guardAll(tables, &plugin::HandlerTable::disconnectings);
    _left = plugin::guardAll(tables, &plugin::HandlerTable::disconnects);
    for (std::size_t i = 0; i < _leaving.guards.size(); ++i) {
      if (isInline((*_leaving.routes)[i])) _leaving.guards[i] = {};
    }
  }

  // False if one has taken too long.
  template <typename Route, typename Call>
  bool tell(Guarded<Route>& handlers, std::string_view what, Call&& call) {
    for (std::size_t i = 0; i < handlers.guards.size(); ++i) {
      const auto guard = std::move(handlers.guards[i]);
      if (!guard) continue;
      const auto& route = (*handlers.routes)[i];
      if (!step(*route.plugin, *route.stats, [&] { call(*route.handler); })) return false;
      if (lastFailure()) explain(*lastFailure(), what, _calls.logger());
    }
    return true;
  }

  template <typename Wanted>
  void goOnWith(const Wanted& isWanted) {
    std::unique_ptr<FarewellCall> rest(new FarewellCall(*this, isWanted));
    if (isAnyLeft(rest->_leaving) || isAnyLeft(rest->_left)) _owner.submit(std::move(rest));
  }

  Farewells& _owner;
  LoopCalls& _calls;
  const std::shared_ptr<const CallerSnapshot> _caller;
  const std::string_view _reason;
  const std::shared_ptr<const std::vector<std::string>> _rooms;
  bool _isGuarded = false;
  Guarded<plugin::DisconnectingRoute> _leaving;
  Guarded<plugin::DisconnectRoute> _left;
};

}  // namespace

void Farewells::leaving(Endpoint& endpoint, std::string_view reason) {
  endpoint.leaveReason = reason;
  if (_calls.table().disconnectings().empty()) return;
  const auto routes = _calls.table().disconnectings();  // a copy: whoever is called may bring another table about
  auto rooms = endpoint.rooms();
  const Views views(rooms.begin(), rooms.end());
  for (const auto& route : routes) {
    if (!isInline(route)) continue;
    const auto guard = route.plugin->enter();
    if (!guard) continue;
    const auto failure = _calls.callInline(*route.stats, *route.plugin, InlineMark::OnStall::Fails, [&] {
      route.handler->disconnecting(endpoint, endpoint.leaveReason, views);
    });
    if (failure) explain(*failure, "disconnecting", _calls.logger());
  }
  if (std::all_of(routes.begin(), routes.end(), isInline)) return;
  endpoint.lastRooms = std::make_unique<std::vector<std::string>>(std::move(rooms));
}

void Farewells::left(Endpoint& endpoint) {
  if (_calls.table().disconnects().empty() && !endpoint.lastRooms) return;
  submit(std::make_unique<FarewellCall>(endpoint, *this, _calls));
}

void Farewells::submit(std::unique_ptr<ConnectionCall> call) {
  if (_threads.submit(std::move(call))) return;
  if (_isDraining && std::exchange(_hasToldOfTheEnd, true)) return;
  base::warnCause(_calls.logger(), "disconnect handlers",
                  _isDraining ? "the disconnect handlers of sockets are not run any more: the server ends"
                              : "the disconnect handlers of a socket were not run: too many wait already");
}

}  // namespace chat::gateway
