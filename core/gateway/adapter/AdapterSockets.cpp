#include "gateway/adapter/AdapterSockets.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/emission/Sendable.h"
#include "net/LoopGroup.h"

namespace chat::gateway {

bool AdapterSockets::isLoop() const noexcept {
  return _loops.here();
}

std::shared_ptr<plugin::Pending> AdapterSockets::ask(const plugin::Target& target, std::string_view event,
                                                     std::string_view args,
                                                     std::span<const std::string_view> attachments,
                                                     const plugin::AskOptions& options, Asked done) {
  Sendable(_options).requireEvent(event, args, attachments.size());
  auto round = std::make_shared<AckRound>(_adapter.answerers(), _options.ackBytes, std::move(done));
  if (target.kind == plugin::Target::Kind::Socket) round->expect(target.socketId, target.nsp);
  _adapter.ask(Ask{target,
                   std::string(event),
                   std::string(args),
                   {attachments.begin(), attachments.end()},
                   std::clamp<base::Duration>(options.timeout, base::Duration(1), _options.ackTimeout),
                   options.isUncompressed},
               round);
  return round;
}

std::shared_ptr<plugin::Pending> AdapterSockets::fetch(const plugin::Target& target, Fetched done) {
  auto round = std::make_shared<FetchRound>(_adapter.answerers(), std::move(done));
  _adapter.ask(Fetch{target}, round);
  return round;
}

std::shared_ptr<plugin::Pending> AdapterSockets::count(const plugin::Target& target, Counted done) {
  auto round = std::make_shared<CountRound>(_adapter.answerers(), std::move(done));
  _adapter.ask(Count{target}, round);
  return round;
}

void AdapterSockets::setData(const plugin::Target& target, std::string_view key, std::string_view value) {
  _adapter.carryOut(SetData{target, std::string(key), std::string(value)});
}

}  // namespace chat::gateway
