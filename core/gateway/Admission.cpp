#include "gateway/Admission.h"

#include <utility>

#include "gateway/NamespaceDecision.h"
#include "gateway/SharedParts.h"

namespace chat::gateway {

void AdmissionCall::setIdentity(plugin::Identity identity) {
  who->who = std::make_shared<const plugin::Identity>(std::move(identity));
  identified = true;
}

void AdmissionCall::run() {
  if (asksForNamespace) {
    auto decision = NamespaceDecision::ask(*tables, *who, payload);
    isNamespaceRefused = !decision.isAccepted;
    failure = std::move(decision.failure);
    if (isNamespaceRefused) return;
  }
  if (!skipsConnects) askConnects();
}

void AdmissionCall::askConnects() {
  _held = plugin::hold(*tables, &plugin::HandlerTable::connects);
  if (!_held.isComplete()) {
    failure = plugin::beingChanged();
    return;
  }
  reserve(_held.guards.size());
  for (std::size_t i = 0; i < _held.guards.size() && !isAbandoned(); ++i) {
    const auto& route = (*_held.routes)[i];
    if (!route.plugin->faults().admits(base::systemClock().now())) {
      reject(*route.plugin, *route.stats);
      failure = outOfServiceFailure();
      break;
    }
    _wantsHold = false;
    failure = step(*route.plugin, *route.stats, [&] { route.handler->connect(*this); });
    if (failure) break;
    if (_wantsHold) replays.push_back({route.handler, std::move(_held.guards[i])});
  }
  _held.guards.clear();
}

}  // namespace chat::gateway
