#include "engineio/session/SessionRegistry.h"

#include <algorithm>
#include <utility>

#include "net/Loop.h"

namespace chat::engineio {

SessionRegistry::SessionRegistry(net::Loop& loop, const Options& options,
                                 std::span<const TransportType* const> transports, SessionAcceptor& acceptor)
    : _loop(loop), _options(options), _transports(transports), _acceptor(acceptor) {
  for (const auto* type : transports) _counts.push_back({type});
}

SessionRegistry::~SessionRegistry() = default;

ServerSession& SessionRegistry::add(std::shared_ptr<const Handshake> handshake, bool allowBinary) {
  auto session = std::make_unique<ServerSession>(*this, std::move(handshake), allowBinary);
  auto& added = *session;
  _sessions.emplace(added.id(), std::move(session));
  return added;
}

ServerSession* SessionRegistry::find(std::string_view id) noexcept {
  const auto found = _sessions.find(id);
  return found == _sessions.end() ? nullptr : found->second.get();
}

void SessionRegistry::remove(ServerSession& session) {
  const auto found = _sessions.find(session.id());
  if (found == _sessions.end()) return;
  auto owned = std::move(found->second);
  _sessions.erase(found);
  --countOf(session.transportType());
  _loop.defer([owned = std::move(owned)] {});
}

std::size_t& SessionRegistry::countOf(const TransportType& type) noexcept {
  return std::find_if(_counts.begin(), _counts.end(), [&type](const Count& count) { return count.transport == &type; })
      ->sessions;
}

void SessionRegistry::closeAll() {
  std::vector<ServerSession*> all;
  all.reserve(_sessions.size());
  for (auto& [id, session] : _sessions) all.push_back(session.get());
  for (auto* session : all) session->close(CloseReason::ServerShutdown);
}

}  // namespace chat::engineio
