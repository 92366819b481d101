#include "gateway/admission/Admissions.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/admission/IdentityDocument.h"
#include "gateway/call/ErrorDocument.h"
#include "gateway/call/Refusal.h"
#include "gateway/delivery/ReplayRun.h"
#include "gateway/endpoint/RecoverableSession.h"
#include "gateway/reply/LoopReply.h"
#include "plugin/call/CallRefusals.h"

namespace chat::gateway {

Admissions::Admissions(LoopCalls& calls, const ReplyContext& replies, IdentityEnds& ends, Delivery& delivery,
                       EventPipeline& events, Threads threads) noexcept
    : _calls(calls),
      _replies(replies),
      _ends(ends),
      _delivery(delivery),
      _events(events),
      _threads(threads),
      _anonymous(calls.loop(), replies.directory, replies.options.anonymousTimeout) {}

Endpoint& Admissions::open(std::unique_ptr<Endpoint> endpoint) {
  _anonymous.opened();
  return _replies.directory.add(std::move(endpoint));
}

void Admissions::admit(Endpoint& endpoint, std::string_view auth, const Revocations::Watch& revoked, Decided decided) {
  AdmissionCall::Questions questions{!endpoint.isServed(), !_calls.table().connects().empty()};
  if (questions.namespaces) {
    if (const auto verdict = askNamespacesInline(endpoint, auth)) {
      if (verdict->isNamespaceRefused || verdict->failure) return decided(endpoint, *verdict);
      questions.namespaces = false;
    }
  }
  const auto* away = endpoint.recovery ? endpoint.recovery->away() : nullptr;
  if (away && _replies.options.recovery.skipMiddlewares) questions.connects = false;
  if (!questions.namespaces && !questions.connects) {
    if (away && away->who) _replies.directory.identify(endpoint, away->who);
    _ends.checkRevoked(endpoint, revoked);
    keepAuth(endpoint, auth);
    return decided(endpoint, {});
  }
  auto who = endpoint.makeSnapshot();
  if (away) who->who = away->who;
  endpoint.running = true;
  if (_threads.connects.submit(std::make_unique<AdmissionCall>(
          *this, _calls.publication(),
          AdmissionCall::Asking{endpoint.handle, std::move(who), std::string(auth), questions, revoked, decided}))) {
    return;
  }
  endpoint.running = false;
  decided(endpoint, {false, plugin::queueFull()});
}

std::optional<AdmissionVerdict> Admissions::askNamespacesInline(Endpoint& endpoint, std::string_view auth) {
  const auto routes = _calls.table().namespaces();  // a copy: whoever is called may bring another table about
  std::vector<plugin::CallGuard> guards;
  for (const auto& route : routes) {
    if (!runsInline(route)) return std::nullopt;
    guards.push_back(route.plugin->enter());
    if (!guards.back()) return std::nullopt;
  }
  for (const auto& route : routes) {
    if (auto refusal = _calls.refusalOf(*route.plugin, *route.stats)) {
      return AdmissionVerdict{false, std::move(refusal)};
    }
    bool isAccepted = false;
    auto failure = _calls.callInline(*route.stats, *route.plugin, InlineMark::OnStall::Moves,
                                     [&] { isAccepted = route.handler->accepts(endpoint.nsp(), auth, endpoint); });
    if (isAccepted || failure) return AdmissionVerdict{false, std::move(failure)};
  }
  return AdmissionVerdict{true, std::nullopt};
}

void Admissions::keepAuth(Endpoint& endpoint, std::string_view auth) {
  endpoint.values = SocketData::withAuth(endpoint.values, auth, _replies.options.socketData);
}

void Admissions::concluded(AdmissionCall& call, const plugin::CallFailure* tooLong) {
  const auto& asking = call.asking();
  auto* endpoint = _replies.directory.find(asking.endpoint);
  if (!endpoint) return;
  endpoint->running = false;
  if (endpoint->gone) return _events.next(*endpoint);
  bool replays = false;
  if (tooLong) {
    asking.decided(*endpoint, {false, *tooLong});
  } else {
    const auto& verdict = call.outcome().verdict;
    if (!verdict.isNamespaceRefused && !verdict.failure) {
      letIn(*endpoint, call);
      replays = !call.outcome().replays.empty();
    }
    asking.decided(*endpoint, verdict);
  }
  endpoint = _replies.directory.find(asking.endpoint);
  if (!endpoint) return;
  if (replays && !endpoint->gone) replay(*endpoint, call);
  _events.next(*endpoint);
}

void Admissions::letIn(Endpoint& endpoint, AdmissionCall& call) {
  const auto& asking = call.asking();
  const auto& outcome = call.outcome();
  keepAuth(endpoint, asking.auth);
  const bool isRestored = endpoint.recovery && endpoint.recovery->away() && asking.who->who;
  if (outcome.isIdentified || isRestored) _replies.directory.identify(endpoint, asking.who->who);
  if (!outcome.replays.empty()) endpoint.hold = std::make_unique<ReplayHold>();
  for (const auto& step : outcome.replays) endpoint.hold->add(step.plugin->stream());
  _ends.checkRevoked(endpoint, asking.revoked);
}

void Admissions::replay(Endpoint& endpoint, AdmissionCall& call) {
  auto& asking = call.asking();
  auto run = std::make_unique<ReplayRun>(_calls, _delivery, asking.endpoint, asking.who, std::move(asking.auth),
                                         std::move(call.outcome().replays));
  // The client reconnects by itself and asks again for what it misses.
  if (!_threads.replays.submit(std::move(run))) endpoint.drop();
}

void Admissions::authenticate(Endpoint& endpoint, const IncomingEvent& event) {
  admit(endpoint, event.args.empty() ? std::string_view("{}") : event.args, _replies.directory.watchRevocations(),
        [this, ticket = event.ticket](Endpoint& asking, const AdmissionVerdict& verdict) {
          answerAuth(asking, ticket, verdict);
        });
}

void Admissions::answerAuth(Endpoint& endpoint, const AckTicket& ticket, const AdmissionVerdict& verdict) {
  const IncomingEvent answered{"auth", {}, {}, ticket};
  LoopReply reply(_replies, endpoint, answered, nullptr);
  if (verdict.failure) {
    const auto refusal = explain(*verdict.failure, "auth", _replies.logger);
    return reply.answer(statusOf(refusal.code), errorDocument(refusal.code, refusal.detail, refusal.retryAfterSeconds));
  }
  if (!endpoint.who) return reply.answer(statusOf(401), errorDocument(401, "A token is needed."));
  reply.answer(0, identityDocument(*endpoint.who));
}

}  // namespace chat::gateway
