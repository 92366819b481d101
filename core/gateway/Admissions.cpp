#include "gateway/Admissions.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/RecoverableSession.h"
#include "gateway/ReplayRun.h"
#include "gateway/Shard.h"
#include "net/Loop.h"

namespace chat::gateway {

void Admissions::admit(Endpoint& endpoint, std::string_view auth, const Revocations::Watch& revoked, Decided decided) {
  AdmissionCall::Questions questions{!endpoint.isServed(), !_shard.calls().table().connects().empty()};
  if (questions.namespaces) {
    if (const auto verdict = askNamespacesInline(endpoint, auth)) {
      if (verdict->isNamespaceRefused || verdict->failure) return decided(endpoint, *verdict);
      questions.namespaces = false;
    }
  }
  const auto* away = endpoint.recovery ? endpoint.recovery->away() : nullptr;
  if (away && _shard.shared().options.recovery.skipMiddlewares) questions.connects = false;
  if (!questions.namespaces && !questions.connects) {
    if (away && away->who) _shard.directory().identify(endpoint, away->who);
    _shard.identityEnds().checkRevoked(endpoint, revoked);
    keepAuth(endpoint, auth);
    return decided(endpoint, {});
  }
  auto who = endpoint.makeSnapshot();
  if (away) who->who = away->who;
  endpoint.running = true;
  if (_shard.roles().submit(std::make_unique<AdmissionCall>(
          *this, _shard.shared().tables,
          AdmissionCall::Asking{endpoint.handle, std::move(who), std::string(auth), questions, revoked, decided}))) {
    return;
  }
  endpoint.running = false;
  decided(endpoint, {false, plugin::queueFull()});
}

std::optional<AdmissionVerdict> Admissions::askNamespacesInline(Endpoint& endpoint, std::string_view auth) {
  const auto routes = _shard.calls().table().namespaces();  // a copy: whoever is called may bring another table about
  std::vector<plugin::CallGuard> guards;
  for (const auto& route : routes) {
    if (!runsInline(route)) return std::nullopt;
    guards.push_back(route.plugin->enter());
    if (!guards.back()) return std::nullopt;
  }
  for (const auto& route : routes) {
    if (auto refusal = _shard.calls().refusalOf(*route.plugin, *route.stats)) {
      return AdmissionVerdict{false, std::move(refusal)};
    }
    bool isAccepted = false;
    auto failure = _shard.calls().callInline(*route.stats, *route.plugin, InlineMark::OnStall::Moves, [&] {
      isAccepted = route.handler->accepts(endpoint.nsp(), auth, endpoint);
    });
    if (isAccepted || failure) return AdmissionVerdict{false, std::move(failure)};
  }
  return AdmissionVerdict{true, std::nullopt};
}

void Admissions::keepAuth(Endpoint& endpoint, std::string_view auth) {
  endpoint.values = SocketValues::withAuth(endpoint.values, auth, _shard.shared().options.socketData);
}

void Admissions::concluded(AdmissionCall& call, const plugin::CallFailure* tooLong) {
  const auto& asking = call.asking();
  auto* endpoint = _shard.directory().find(asking.endpoint);
  if (!endpoint) return;
  endpoint->running = false;
  if (endpoint->gone) return _shard.next(*endpoint);
  bool replays = false;
  if (tooLong) {
    asking.decided(*endpoint, {false, *tooLong});
  } else {
    const auto& outcome = call.outcome();
    const auto& verdict = outcome.verdict;
    if (!verdict.isNamespaceRefused && !verdict.failure) {
      keepAuth(*endpoint, asking.auth);
      const bool isRestored = endpoint->recovery && endpoint->recovery->away() && asking.who->who;
      if (outcome.isIdentified || isRestored) _shard.directory().identify(*endpoint, asking.who->who);
      replays = !outcome.replays.empty();
      if (replays) endpoint->hold = std::make_unique<Endpoint::Hold>();
      for (const auto& held : outcome.replays) endpoint->hold->add(held.plugin->stream());
      _shard.identityEnds().checkRevoked(*endpoint, asking.revoked);
    }
    asking.decided(*endpoint, verdict);
  }
  endpoint = _shard.directory().find(asking.endpoint);
  if (!endpoint) return;
  if (replays && !endpoint->gone) replay(*endpoint, call);
  _shard.next(*endpoint);
}

void Admissions::replay(Endpoint& endpoint, AdmissionCall& call) {
  auto& [handle, who, auth, questions, revoked, decided] = call.asking();
  auto run = std::make_unique<ReplayRun>(_shard, handle, who, std::move(auth), std::move(call.outcome().replays));
  // The client reconnects by itself and asks again for what it misses.
  if (!_shard.replays().submit(std::move(run))) endpoint.drop();
}

}  // namespace chat::gateway
