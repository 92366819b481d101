#include "gateway/SocketQueries.h"

#include "gateway/Selection.h"
#include "gateway/Shard.h"
#include "gateway/SocketEndpoint.h"
#include "socketio/Namespace.h"

namespace chat::gateway {
namespace {

using plugin::Target;

plugin::AckMissing::Reason reasonOf(socketio::AckOutcome outcome) noexcept {
  switch (outcome) {
    case socketio::AckOutcome::Disconnected:
      return plugin::AckMissing::Reason::Left;
    case socketio::AckOutcome::Refused:
      return plugin::AckMissing::Reason::Refused;
    default:
      return plugin::AckMissing::Reason::TimedOut;
  }
}

socketio::AckCallback callbackFor(const std::shared_ptr<AckRound>& round, Answerer who, socketio::Socket& socket) {
  const auto place = round->ask(who, socket.id(), socket.nsp().name());
  return [round, place](socketio::AckOutcome outcome, std::string_view args,
                        std::span<const std::string_view> attachments) {
    if (outcome == socketio::AckOutcome::Came) return round->answer(place, args, attachments);
    round->miss(place, reasonOf(outcome));
  };
}

}  // namespace

/// Those that are connected; for a user also plain WebSockets.
void SocketQueries::forEach(const Target& target, const std::function<void(Endpoint&)>& call) {
  if (target.kind != Target::Kind::User) {
    _shard.delivery().forEach(target, [&](socketio::Socket& socket) { call(SocketEndpoint::of(socket)); });
    return;
  }
  for (auto* endpoint : _shard.directory().ofUser(target.user)) {
    _shard.identityEnds().checkExpiry(*endpoint);
    if (!endpoint->gone && endpoint->admitted && endpoint->who) call(*endpoint);
  }
}

void SocketQueries::ask(const Question& question, Answerer who, const std::shared_ptr<AckRound>& round) {
  const std::vector<std::string_view> attachments(question.attachments.begin(), question.attachments.end());
  auto& outgoing = _shard.outgoing();
  if (outgoing.any()) {
    forEach(question.target, [&](Endpoint& receiver) { outgoing.tell(receiver, question.event, question.args); });
  }
  if (question.target.kind != Target::Kind::User) {
    auto* nsp = _shard.delivery().find(question.target.nsp);
    if (!nsp) return;
    nsp->ask(
        Selection(question.target).view(), question.event, question.args, attachments, question.timeout,
        [&](socketio::Socket& socket) { return callbackFor(round, who, socket); }, question.isUncompressed);
    return;
  }
  forEach(question.target, [&](Endpoint& endpoint) {
    auto* socket = dynamic_cast<SocketEndpoint*>(&endpoint);
    if (!socket) return;
    socket->socket().emitWithAck(question.event, question.args, attachments, question.timeout,
                                 callbackFor(round, who, socket->socket()), question.isUncompressed);
  });
}

std::vector<std::unique_ptr<const SocketSnapshot>> SocketQueries::fetch(const Target& target) {
  std::vector<std::unique_ptr<const SocketSnapshot>> sockets;
  forEach(target, [&](Endpoint& endpoint) {
    _shard.identityEnds().checkExpiry(endpoint);
    sockets.push_back(std::make_unique<const SocketSnapshot>(endpoint.snapshot(), endpoint.rooms()));
  });
  return sockets;
}

std::size_t SocketQueries::count(const Target& target) {
  if (target.kind != Target::Kind::User) {
    auto* nsp = _shard.delivery().find(target.nsp);
    return nsp ? nsp->count(Selection(target).view()) : 0;
  }
  std::size_t number = 0;
  forEach(target, [&number](Endpoint&) { ++number; });
  return number;
}

std::vector<bool> SocketQueries::online(const std::vector<base::UserId>& users) const {
  const auto now = _shard.loop().clock().wallTime();
  std::vector<bool> found(users.size(), false);
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = _shard.directory().isOnline(users[i], now);
  return found;
}

void SocketQueries::setData(const Target& target, std::string_view key, std::string_view value) {
  forEach(target, [&](Endpoint& endpoint) {
    endpoint.setValue(key, value, _shard.shared().options.socketData, _shard.logger());
  });
}

}  // namespace chat::gateway
