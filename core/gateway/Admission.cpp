#include "gateway/Admission.h"

#include <utility>

#include "gateway/NamespaceDecision.h"
#include "plugin/HeldHandlers.h"

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
  auto held = plugin::hold(*tables, &plugin::HandlerTable::connects);
  if (!held.isComplete()) {
    failure = plugin::beingChanged();
    return;
  }
  for (std::size_t i = 0; i < held.guards.size(); ++i) {
    auto* const handler = (*held.routes)[i].handler;
    current = false;
    failure = plugin::callPlugin([&] { handler->connect(*this); });
    if (failure) return;
    if (current) replays.push_back({handler, std::move(held.guards[i])});
  }
}

}  // namespace chat::gateway
