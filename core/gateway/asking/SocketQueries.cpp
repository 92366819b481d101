#include "gateway/asking/SocketQueries.h"

#include "gateway/emission/Selection.h"
#include "gateway/endpoint/SocketEndpoint.h"
#include "net/Loop.h"
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

void SocketQueries::ask(const Ask& question, Answerer who, const std::shared_ptr<AckRound>& round) {
  const auto attachments = question.attachmentViews();
  auto& outgoing = _replies.outgoing;
  if (outgoing.any()) {
    _delivery.forEachEndpoint(question.target,
                              [&](Endpoint& receiver) { outgoing.tell(receiver, question.event, question.args); });
  }
  if (question.target.kind != Target::Kind::User) {
    auto* nsp = _delivery.find(question.target.nsp);
    if (!nsp) return;
    nsp->ask(
        Selection(question.target).view(), question.event, question.args, attachments, question.timeout,
        [&](socketio::Socket& socket) { return callbackFor(round, who, socket); }, question.isUncompressed);
    return;
  }
  _delivery.forEachEndpoint(question.target, [&](Endpoint& endpoint) {
    auto* socket = dynamic_cast<SocketEndpoint*>(&endpoint);
    if (!socket) return;
    socket->socket().emitWithAck(question.event, question.args, attachments, question.timeout,
                                 callbackFor(round, who, socket->socket()), question.isUncompressed);
  });
}

std::vector<std::unique_ptr<const SocketSnapshot>> SocketQueries::fetch(const Fetch& question) {
  std::vector<std::unique_ptr<const SocketSnapshot>> sockets;
  _delivery.forEachEndpoint(question.target, [&](Endpoint& endpoint) {
    _ends.checkExpiry(endpoint);
    sockets.push_back(std::make_unique<const SocketSnapshot>(endpoint.snapshot(), endpoint.rooms()));
  });
  return sockets;
}

std::size_t SocketQueries::count(const Count& question) {
  if (question.target.kind != Target::Kind::User) {
    auto* nsp = _delivery.find(question.target.nsp);
    return nsp ? nsp->count(Selection(question.target).view()) : 0;
  }
  std::size_t number = 0;
  _delivery.forEachEndpoint(question.target, [&number](Endpoint&) { ++number; });
  return number;
}

std::vector<bool> SocketQueries::online(const Online& question) const {
  const auto now = _loop.clock().wallTime();
  std::vector<bool> found(question.users.size(), false);
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = _replies.directory.isOnline(question.users[i], now);
  return found;
}

std::vector<std::string> SocketQueries::credentials(const Credentials& question) const {
  return _replies.directory.credentials(question.after, question.most);
}

}  // namespace chat::gateway
