#include "gateway/NamespaceDecision.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "plugin/HeldHandlers.h"

namespace chat::gateway {
namespace {

NamespaceDecision askEach(std::span<const plugin::NamespaceRoute> routes, const plugin::Caller& caller,
                          std::string_view auth) {
  NamespaceDecision decision;
  for (const auto& route : routes) {
    decision.failure =
        plugin::callPlugin([&] { decision.isAccepted = route.handler->accepts(caller.nsp(), auth, caller); });
    if (decision.isAccepted || decision.failure) break;
  }
  return decision;
}

}  // namespace

NamespaceDecision NamespaceDecision::ask(const plugin::TablePublication& tables, const plugin::Caller& caller,
                                         std::string_view auth) {
  const auto held = plugin::hold(tables, &plugin::HandlerTable::namespaces);
  if (!held.isComplete()) return {false, plugin::beingChanged()};
  return askEach(*held.routes, caller, auth);
}

std::optional<NamespaceDecision> NamespaceDecision::askInline(const plugin::HandlerTable& table,
                                                              const plugin::Caller& caller, std::string_view auth) {
  const auto routes = table.namespaces();  // a copy: whoever is called may bring another table about
  std::vector<plugin::CallGuard> guards;
  for (const auto& route : routes) {
    if (route.execution != plugin::Execution::Inline) return std::nullopt;
    guards.push_back(route.plugin->enter());
    if (!guards.back()) return std::nullopt;
  }
  return askEach(routes, caller, auth);
}

}  // namespace chat::gateway
