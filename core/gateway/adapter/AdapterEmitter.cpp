#include "gateway/adapter/AdapterEmitter.h"

#include <chrono>
#include <memory>
#include <stdexcept>

#include "gateway/emission/Sendable.h"
#include "net/LoopGroup.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

constexpr std::chrono::seconds Patience{2};

void wait(WaitedRound& round) {
  if (!round.wait(Patience)) throw plugin::AppError(503, "Not every loop has answered in time");
}

}  // namespace

void AdapterEmitter::emitIn(plugin::Stream stream, const plugin::Target& target, std::string_view event,
                            std::string_view args, const plugin::EmitOptions& options,
                            std::span<const std::string_view> attachments) {
  Sendable(_options).requireEvent(event, args, attachments.size());
  _adapter.emit({stream, target, event, args, attachments, options});
}

void AdapterEmitter::join(const plugin::Target& target, std::string_view room) {
  _adapter.carryOut(Join{target, std::string(room)});
}

void AdapterEmitter::leave(const plugin::Target& target, std::string_view room) {
  _adapter.carryOut(Leave{target, std::string(room)});
}

void AdapterEmitter::disconnect(const plugin::Target& target, bool closeConnection) {
  _adapter.carryOut(Disconnect{target, closeConnection});
}

void AdapterEmitter::endCredential(std::string_view credential, std::string_view reason,
                                   std::string_view exceptSocketId) {
  _adapter.carryOut(Revoke{std::string(credential), std::string(reason), std::string(exceptSocketId)});
}

void AdapterEmitter::refuseOnLoops(const char* what) const {
  if (_loops.here()) throw std::logic_error(std::string(what) + " waits for the loops: not on one of them");
}

std::vector<bool> AdapterEmitter::areOnline(std::span<const base::UserId> users) {
  if (users.empty()) return {};
  refuseOnLoops("areOnline()");
  const auto round = std::make_shared<OnlineRound>(_adapter.answerers(), users.size());
  _adapter.ask(Online{{users.begin(), users.end()}}, round);
  wait(*round);
  return round->online();
}

std::vector<std::string> AdapterEmitter::credentials(std::string_view after, std::size_t most) {
  refuseOnLoops("credentials()");
  const auto round = std::make_shared<CredentialsRound>(_adapter.answerers());
  _adapter.ask(Credentials{std::string(after), most}, round);
  wait(*round);
  return round->first(most);
}

}  // namespace chat::gateway
