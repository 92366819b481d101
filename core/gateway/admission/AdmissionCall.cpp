#include "gateway/admission/AdmissionCall.h"

#include <utility>

#include "base/RequestStart.h"
#include "gateway/admission/Admissions.h"
#include "plugin/call/CallRefusals.h"

namespace chat::gateway {

void AdmissionCall::setIdentity(plugin::Identity identity) {
  _asking.who->who = std::make_shared<const plugin::Identity>(std::move(identity));
  _outcome.isIdentified = true;
}

void AdmissionCall::run() {
  const base::RequestStart::Scope requestStart(_received);
  if (_asking.questions.namespaces && !askNamespaces()) return;
  if (_asking.questions.connects) askConnects();
}

void AdmissionCall::concluded(const plugin::CallFailure* tooLong) {
  if (tooLong) {
    _namespaces.guards.clear();
    _connects.guards.clear();
  }
  _owner.concluded(*this, tooLong);
}

template <typename Route>
bool AdmissionCall::guard(plugin::GuardedHandlers<Route>& handlers,
                          const std::vector<Route>& (plugin::HandlerTable::*kind)() const noexcept) {
  handlers = plugin::guardAll(_tables, kind);
  if (!handlers.isComplete()) _outcome.verdict.failure = plugin::beingReplaced();
  return handlers.isComplete();
}

// False if no other handler is to be asked.
template <typename Route, typename Call>
bool AdmissionCall::ask(const Route& route, Call&& call) {
  auto& failure = _outcome.verdict.failure;
  if (!admits(*route.plugin, *route.stats)) {
    failure = plugin::outOfService();
    return false;
  }
  if (!step(*route.plugin, *route.stats, std::forward<Call>(call))) return false;
  failure = lastFailure();
  return !failure;
}

// False if the client doesn't come in.
bool AdmissionCall::askNamespaces() {
  if (!guard(_namespaces, &plugin::HandlerTable::namespaces)) return false;
  auto& guards = _namespaces.guards;
  bool isAccepted = false;
  for (std::size_t i = 0; i < guards.size() && !isAccepted; ++i) {
    const auto guard = std::move(guards[i]);
    const auto& route = (*_namespaces.routes)[i];
    if (!ask(route, [&] { isAccepted = route.handler->accepts(caller().nsp(), auth(), caller()); })) return false;
  }
  guards.clear();
  _outcome.verdict.isNamespaceRefused = !isAccepted;
  return isAccepted;
}

void AdmissionCall::askConnects() {
  if (!guard(_connects, &plugin::HandlerTable::connects)) return;
  auto& guards = _connects.guards;
  for (std::size_t i = 0; i < guards.size(); ++i) {
    auto guard = std::move(guards[i]);
    const auto& route = (*_connects.routes)[i];
    _wantsHold = false;
    if (!ask(route, [&] { route.handler->connect(*this); })) return;
    if (_wantsHold) _outcome.replays.push_back({route.handler, route.plugin, route.replayStats, std::move(guard)});
  }
  guards.clear();
}

}  // namespace chat::gateway
