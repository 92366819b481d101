#include "gateway/delivery/Recovery.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/JsonMembers.h"
#include "engineio/api/SessionId.h"
#include "gateway/endpoint/Directory.h"
#include "gateway/endpoint/SocketEndpoint.h"
#include "net/Loop.h"
#include "socketio/Namespace.h"

namespace chat::gateway {
namespace {

bool isRecoverable(socketio::DisconnectReason reason) noexcept {
  switch (reason) {
    case socketio::DisconnectReason::ServerNamespaceDisconnect:
    case socketio::DisconnectReason::ClientNamespaceDisconnect:
    case socketio::DisconnectReason::ParseError:
      return false;
    default:
      return true;
  }
}

bool isExpired(const plugin::Identity* who, std::chrono::system_clock::time_point now) noexcept {
  return who != nullptr && who->expires && *who->expires <= now;
}

}  // namespace

Recovery::Recovery(net::Loop& loop, Directory& directory, RecoveryHub& hub)
    : _loop(loop),
      _directory(directory),
      _hub(hub),
      _log(hub.options()),
      _timer([](void* owner) { static_cast<Recovery*>(owner)->expire(); }, this) {
  hub.add(*this);
}

std::vector<EmissionOrder::Item> Recovery::takeOrdered() {
  return _hub.order().take(_loop.index());
}

void Recovery::log(const std::shared_ptr<const Emission>& emission) {
  _log.add(emission, _loop.now());
}

template <typename Call>
void Recovery::at(unsigned loop, Call call) {
  Recovery& part = *_hub.at(loop);
  part._loop.execute([&part, call = std::move(call)]() mutable { call(part); });
}

template <typename Call>
void Recovery::atHomeOf(const std::string& pid, Call call) {
  at(*engineio::loopOf(pid), std::move(call));
}

// --- coming back ---

std::optional<Recovery::Asked> Recovery::asked(std::string_view auth) {
  if (auth.find("\"pid\"") == std::string_view::npos) return std::nullopt;
  Asked asked;
  for (base::JsonMembers members(auth); members.next();) {
    std::string* part = members.name == "pid" ? &asked.pid : members.name == "offset" ? &asked.offset : nullptr;
    if (part == nullptr || !members.value.starts_with('"')) continue;
    std::string unescaped;
    *part = base::JsonMembers::contentOf(members.value, unescaped);
  }
  if (asked.pid.empty()) return std::nullopt;
  return asked;
}

void Recovery::claim(const Asked& asked, std::string_view nsp, Claimed claimed) {
  const auto home = engineio::loopOf(asked.pid);
  if (!home || _hub.at(*home) == nullptr) return claimed(nullptr);
  at(*home, [pid = asked.pid, nsp = std::string(nsp), asking = _loop.index(), claimed = std::move(claimed)](
                Recovery& part) mutable { part.find(pid, nsp, asking, std::move(claimed), false); });
}

void Recovery::find(const std::string& pid, const std::string& nsp, unsigned asking, Claimed claimed, bool isAgain) {
  const auto answer = [this, asking](Claimed& to, std::unique_ptr<RecoverableSession> session) {
    at(asking, [to = std::move(to), session = std::move(session)](Recovery&) mutable { to(std::move(session)); });
  };
  const auto found = _places.find(pid);
  if (found == _places.end() || found->second.nsp != nsp) return answer(claimed, nullptr);
  if (found->second.session) {
    auto session = std::move(found->second.session);
    _away.erase(found->second.away);
    _places.erase(found);
    if (session->away()->expires <= _loop.now()) session.reset();
    return answer(claimed, std::move(session));
  }
  const unsigned loop = found->second.loop;
  const EndpointHandle endpoint = found->second.endpoint;
  _places.erase(found);
  at(loop, [pid, nsp, endpoint, asking, claimed = std::move(claimed), isAgain](Recovery& part) mutable {
    auto session = part.takeOver(endpoint, pid);
    if (!session && !isAgain) {
      // It has left meanwhile, and its session is on the way home or there already.
      return part.atHomeOf(pid, [pid, nsp, asking, claimed = std::move(claimed)](Recovery& home) mutable {
        home.find(pid, nsp, asking, std::move(claimed), true);
      });
    }
    // Not in this turn: only at its end is the old connection sure to have given up its place.
    part._hub.at(asking)->_loop.post(
        [claimed = std::move(claimed), session = std::move(session)]() mutable { claimed(std::move(session)); });
  });
}

std::unique_ptr<RecoverableSession> Recovery::takeOver(const EndpointHandle& handle, const std::string& pid) {
  auto* found = _directory.find(handle);
  if (found == nullptr || found->gone || !found->recovery || found->recovery->pid() != pid) return nullptr;
  auto& endpoint = static_cast<SocketEndpoint&>(*found);
  std::unique_ptr<RecoverableSession> session;
  if (!endpoint.hold) {  // else it may lack what its replay hasn't come to yet
    session = std::move(endpoint.recovery);
    markAway(*session, endpoint);
  }
  endpoint.socket().disconnect(true);
  return session;
}

void Recovery::restore(SocketEndpoint& endpoint, std::unique_ptr<RecoverableSession> session) {
  session->attach(_log);
  auto& socket = endpoint.socket();
  const auto& away = *session->away();
  const bool isPossible = !isExpired(away.who.get(), _loop.clock().wallTime()) && session->missed(away.offset) &&
                          socket.nsp().find(session->socketId()) == nullptr;
  if (!isPossible) return;
  socket.takeId(session->socketId());
  endpoint.recovery = std::move(session);
  endpoint.isRecovered = true;
}

void Recovery::enter(SocketEndpoint& endpoint) {
  auto& socket = endpoint.socket();
  std::optional<RecoverableSession::Missed> missed;
  Positions positions;
  SocketData::Ref values;
  if (auto* session = endpoint.recovery.get()) {
    const auto& away = *session->away();
    // What was for one user is for no other.
    const bool isSame = !away.who || (endpoint.who && endpoint.who->user == away.who->user);
    if (isSame && socket.nsp().find(socket.id()) == nullptr) missed = session->missed(away.offset);
    positions = away.positions;
    values = away.values;
  }
  endpoint.isRecovered = missed.has_value();
  if (!missed) {
    endpoint.recovery = std::make_unique<RecoverableSession>(
        engineio::makeSessionId(_loop.index()), socket.nsp().name(), socket.id(), _log, options().maxBytesPerSocket);
    endpoint.recovery->identified(endpoint.who.get());
  }
  auto& session = *endpoint.recovery;
  session.enter();
  socket.accept(session.pid());
  if (missed) {
    endpoint.values = SocketData::withAuth(values, endpoint.auth(), std::string::npos);
    for (const auto& room : session.rooms()) socket.join(room);
    for (const auto& event : missed->events) socket.send(event);
    if (endpoint.who) {
      positions.reach(missed->positions);
      endpoint.positions = std::move(positions);
    }
  }
  atHomeOf(session.pid(), [pid = session.pid(), nsp = session.nsp(), loop = _loop.index(),
                           handle = endpoint.handle](Recovery& home) { home.settle(pid, nsp, loop, handle); });
}

// --- going ---

void Recovery::markAway(RecoverableSession& session, const Endpoint& endpoint) const {
  session.leave(
      _loop.now() - options().confirmedAfter,
      {endpoint.who, endpoint.positions, _loop.now() + options().maxDisconnectionDuration, {}, endpoint.values});
}

void Recovery::leave(SocketEndpoint& endpoint, socketio::DisconnectReason reason) {
  auto session = std::move(endpoint.recovery);
  if (!session) return;
  // A replay that was cut off: what it hasn't come to yet isn't known here.
  if (!isRecoverable(reason) || endpoint.hold) {
    return atHomeOf(session->pid(), [pid = session->pid()](Recovery& home) { home.forget(pid); });
  }
  markAway(*session, endpoint);
  const std::string pid = session->pid();
  atHomeOf(pid, [session = std::move(session)](Recovery& home) mutable { home.keep(std::move(session)); });
}

void Recovery::giveBack(std::unique_ptr<RecoverableSession> session) {
  const std::string pid = session->pid();
  atHomeOf(pid, [session = std::move(session)](Recovery& home) mutable { home.keep(std::move(session)); });
}

// --- as home ---

void Recovery::settle(const std::string& pid, std::string nsp, unsigned loop, const EndpointHandle& endpoint) {
  forget(pid);
  auto& place = _places[pid];
  place.nsp = std::move(nsp);
  place.loop = loop;
  place.endpoint = endpoint;
}

void Recovery::keep(std::unique_ptr<RecoverableSession> session) {
  const std::string pid = session->pid();
  forget(pid);
  const auto expires = session->away()->expires;
  // Nearly always the last.
  auto after = _away.end();
  while (after != _away.begin() && _places[*std::prev(after)].session->away()->expires > expires) --after;
  auto& place = _places[pid];
  place.nsp = session->nsp();
  place.session = std::move(session);
  place.away = _away.insert(after, pid);
  if (_away.size() > options().maxSessions) forget(std::string(_away.front()));
  armTimer();
}

void Recovery::forget(const std::string& pid) {
  const auto found = _places.find(pid);
  if (found == _places.end()) return;
  if (found->second.session) _away.erase(found->second.away);
  _places.erase(found);
}

void Recovery::expire() {
  while (!_away.empty() && _places[_away.front()].session->away()->expires <= _loop.now()) {
    forget(std::string(_away.front()));
  }
  armTimer();
}

void Recovery::armTimer() {
  if (_away.empty()) return _timer.cancel();
  if (_timer.armed()) return;  // too early at worst
  const auto expires = _places[_away.front()].session->away()->expires;
  _loop.arm(_timer, std::chrono::duration_cast<base::Duration>(expires - _loop.now()));
}

void Recovery::revoke(std::string_view credential) {
  for (auto pid = _away.begin(); pid != _away.end();) {
    const auto current = pid++;
    const auto& who = _places[*current].session->away()->who;
    if (who && who->credential == credential) forget(std::string(*current));
  }
}

}  // namespace chat::gateway
