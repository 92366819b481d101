#include "gateway/Gateway.h"

#include <string>
#include <utility>

#include "gateway/Shard.h"
#include "net/LoopGroup.h"

namespace chat::gateway {

Gateway::Gateway(net::LoopGroup& loops, const Options& options, Poco::Logger& logger)
    : _loops(loops),
      _options(options),
      _logger(logger),
      _admissions({"admission", options.admissionThreads, options.admissionQueue}),
      _replays({"replay", options.replayThreads, options.replayQueue}),
      _watchdog(options.inlineLimit, logger) {}

Gateway::~Gateway() {
  stop();
}

void Gateway::open(const plugin::TablePublication& tables) {
  const SharedParts parts{_options, tables, _admissions, _replays, _logger};
  for (unsigned i = 0; i < _loops.size(); ++i) _shards.push_back(std::make_unique<Shard>(_loops.at(i), parts));
  std::vector<InlineMark*> marks;
  for (const auto& shard : _shards) marks.push_back(&shard->mark());
  _watchdog.start(std::move(marks));
}

void Gateway::stop() {
  _watchdog.stop();
  _admissions.stop();
  _replays.stop();
}

bool Gateway::idle() const {
  for (const auto* pool : {&_admissions, &_replays}) {
    if (pool->queued() + pool->running() > 0) return false;
  }
  return true;
}

// On the caller's own loop at once, so that what a handler on the loop emits keeps its order with what it answers.
void Gateway::onEach(const std::function<void(Shard&)>& call) {
  for (auto& shard : _shards) {
    if (shard->loop().here()) {
      call(*shard);
    } else {
      shard->loop().post([call, &shard = *shard] { call(shard); });
    }
  }
}

void Gateway::emit(const plugin::Target& target, std::string_view event, std::string_view args,
                   const plugin::EmitOptions& options, std::span<const std::string_view> attachments) {
  auto emission = std::make_shared<Emission>();
  emission->target = target;
  emission->options = options;
  if (target.kind == plugin::Target::Kind::User) {
    emission->event = event;
    emission->args = args;
    emission->attachments.assign(attachments.begin(), attachments.end());
  } else {
    emission->encoded = socketio::EncodedEvent::of(target.nsp, event, args, attachments);
  }
  onEach([emission = std::shared_ptr<const Emission>(std::move(emission))](Shard& shard) {
    shard.delivery().deliver(emission);
  });
}

void Gateway::join(const plugin::Target& target, std::string_view room) {
  onEach([target, room = std::string(room)](Shard& shard) {
    shard.delivery().forEach(target, [&](socketio::Socket& socket) { socket.join(room); });
  });
}

void Gateway::leave(const plugin::Target& target, std::string_view room) {
  onEach([target, room = std::string(room)](Shard& shard) {
    shard.delivery().forEach(target, [&](socketio::Socket& socket) { socket.leave(room); });
  });
}

void Gateway::disconnect(const plugin::Target& target, bool closeConnection) {
  onEach([target, closeConnection](Shard& shard) { shard.delivery().disconnect(target, closeConnection); });
}

void Gateway::revoke(std::string_view credential) {
  onEach([credential = std::string(credential)](Shard& shard) { shard.delivery().revoke(credential); });
}

}  // namespace chat::gateway
