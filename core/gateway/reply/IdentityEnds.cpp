#include "gateway/reply/IdentityEnds.h"

#include <memory>
#include <string>
#include <utility>

#include "gateway/call/Refusal.h"
#include "gateway/reply/LoopReply.h"
#include "net/Loop.h"
#include "plugin/run/Generation.h"

namespace chat::gateway {
namespace {

constexpr std::string_view Expired = "expired";

}  // namespace

void IdentityEnds::revoke(const Revoke& revocation) {
  auto& directory = _replies.directory;
  for (auto* endpoint : directory.ofCredential(revocation.credential)) {
    if (!revocation.exceptSocketId.empty() && endpoint->socketId() == revocation.exceptSocketId) {
      directory.identify(*endpoint, nullptr);
    } else {
      end(*endpoint, revocation.reason);
    }
  }
  directory.noteRevoked(revocation.credential, revocation.reason);
}

void IdentityEnds::checkExpiry(Endpoint& endpoint) {
  const auto& who = endpoint.who;
  if (who && who->expires && *who->expires <= _calls.loop().clock().wallTime()) end(endpoint, Expired);
}

void IdentityEnds::checkRevoked(Endpoint& endpoint, const Revocations::Watch& watch) {
  if (!endpoint.who) return;
  if (const auto* reason = watch.find(endpoint.who->credential)) end(endpoint, *reason);
}

void IdentityEnds::end(Endpoint& endpoint, std::string_view reason) {
  auto was = endpoint.who;
  _replies.directory.identify(endpoint, nullptr);
  if (_calls.table().identityEnds().empty()) return;
  _calls.loop().defer([this, handle = endpoint.handle, was = std::move(was), reason = std::string(reason)] {
    tell(handle, *was, reason);
  });
}

void IdentityEnds::tell(const EndpointHandle& handle, const plugin::Identity& was, std::string_view reason) {
  auto handlers = _calls.guardAll(&plugin::HandlerTable::identityEnds);
  for (std::size_t i = 0; i < handlers.guards.size(); ++i) {
    auto* endpoint = _replies.directory.find(handle);
    if (!endpoint || endpoint->gone || !endpoint->admitted || endpoint->who) return;
    const auto guard = std::move(handlers.guards[i]);
    const auto& route = (*handlers.routes)[i];
    const IncomingEvent none{};
    LoopReply reply(_replies, *endpoint, none, &route.plugin->sockets(), true);
    const auto failure = _calls.callInline(*route.stats, *route.plugin, InlineMark::OnStall::Fails,
                                           [&] { route.handler->identityEnded(*endpoint, was, reason, reply); });
    if (failure) explain(*failure, "end of an identity", _replies.logger);
  }
}

}  // namespace chat::gateway
