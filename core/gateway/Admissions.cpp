#include "gateway/Admissions.h"

#include <string>
#include <utility>

#include "exec/WorkerPool.h"
#include "gateway/NamespaceDecision.h"
#include "gateway/RecoverableSession.h"
#include "gateway/ReplayRun.h"
#include "gateway/Shard.h"
#include "gateway/SocketEndpoint.h"
#include "net/Loop.h"
#include "socketio/Namespace.h"

namespace chat::gateway {

void Admissions::admit(Endpoint& endpoint, std::string_view auth, Decided decided) {
  admit(endpoint, auth, std::move(decided), false);
}

void Admissions::admit(SocketEndpoint& endpoint, std::string_view auth, Decided decided) {
  if (endpoint.socket().nsp().isServed()) return admit(endpoint, auth, std::move(decided), false);
  const auto decision = NamespaceDecision::askInline(_shard.tables(), endpoint, auth);
  if (!decision) return admit(endpoint, auth, std::move(decided), true);
  if (decision->failure) return decided(endpoint, decision->failure);
  if (decision->isAccepted && serve(endpoint)) return admit(endpoint, auth, std::move(decided), false);
  endpoint.socket().refuseNamespace();
}

bool Admissions::serve(SocketEndpoint& endpoint) {
  return _shard.delivery().server().serve(endpoint.socket().nsp());
}

void Admissions::admit(Endpoint& endpoint, std::string_view auth, Decided decided, bool asksForNamespace) {
  const auto* away = endpoint.recovery ? endpoint.recovery->away() : nullptr;
  const bool skipsConnects =
      _shard.tables().connects().empty() || (away && _shard.shared().options.recovery.skipMiddlewares);
  if (skipsConnects && !asksForNamespace) {
    if (away && away->who) _shard.directory().identify(endpoint, away->who);
    keepAuth(endpoint, auth);
    return decided(endpoint, std::nullopt);
  }
  auto call = std::make_unique<AdmissionCall>();
  call->endpoint = endpoint.handle;
  call->who = endpoint.makeSnapshot();
  if (away) call->who->who = away->who;
  call->payload = auth;
  call->tables = &_shard.shared().tables;
  call->asksForNamespace = asksForNamespace;
  call->skipsConnects = skipsConnects;
  call->decided = decided;
  call->onConcluded = [this](AdmissionCall& done, const plugin::CallFailure* tooLong) { concluded(done, tooLong); };
  endpoint.running = true;
  if (_shard.roles().submit(std::move(call))) return;
  endpoint.running = false;
  decided(endpoint, busyFailure());
}

void Admissions::keepAuth(Endpoint& endpoint, std::string_view auth) {
  endpoint.values = SocketValues::withAuth(endpoint.values, auth, _shard.shared().options.socketData);
}

// With `tooLong` the handlers are still at it: what they write isn't looked at, now or later.
void Admissions::concluded(AdmissionCall& call, const plugin::CallFailure* tooLong) {
  auto* endpoint = _shard.directory().find(call.endpoint);
  if (!endpoint) return;
  endpoint->running = false;
  if (endpoint->gone) return _shard.next(*endpoint);
  const auto handle = endpoint->handle;
  if (tooLong) {
    call.decided(*endpoint, *tooLong);
    endpoint = _shard.directory().find(handle);
    if (endpoint) _shard.next(*endpoint);
    return;
  }
  if (call.asksForNamespace && !call.failure) {
    auto& asking = static_cast<SocketEndpoint&>(*endpoint);
    if (call.isNamespaceRefused || !serve(asking)) return asking.socket().refuseNamespace();
  }
  const bool replays = !call.failure && !call.replays.empty();
  if (!call.failure) {
    keepAuth(*endpoint, call.payload);
    const bool isRestored = endpoint->recovery && endpoint->recovery->away() && call.who->who;
    if (call.identified || isRestored) _shard.directory().identify(*endpoint, call.who->who);
    if (replays) endpoint->hold = std::make_unique<Endpoint::Hold>();
  }
  call.decided(*endpoint, call.failure);
  endpoint = _shard.directory().find(handle);
  if (!endpoint) return;
  if (replays && !endpoint->gone) {
    auto run = std::make_shared<ReplayRun>(_shard.loop(), _shard.directory(), _shard.delivery(), handle,
                                           _shard.shared().options, call.who, std::move(call.payload),
                                           std::move(call.replays), _shard.shared().logger);
    if (!_shard.shared().replays.trySubmit([run] { run->run(); })) {
      // The client reconnects by itself and asks again for what it misses.
      endpoint->drop();
      return;
    }
  }
  _shard.next(*endpoint);
}

}  // namespace chat::gateway
