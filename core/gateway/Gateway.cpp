#include "gateway/Gateway.h"

#include <string>
#include <utility>

#include "gateway/Shard.h"
#include "gateway/delivery/RecoveryHub.h"
#include "gateway/endpoint/UserSockets.h"
#include "net/LoopGroup.h"

namespace chat::gateway {

Gateway::Gateway(net::LoopGroup& loops, const Options& options, Poco::Logger& logger)
    : _loops(loops),
      _options(options),
      _logger(logger),
      _admissions({"admission", options.admissionThreads, options.admissionQueue}),
      _replays({"replay", options.replayThreads, options.replayQueue}),
      _recovery(options.recovery.enabled ? std::make_unique<RecoveryHub>(_options.recovery, loops.size()) : nullptr),
      _users(options.socketsPerUser > 0
                 ? std::make_unique<UserSockets>(options.socketsPerUser,
                                                 [this](const EndpointHandle& handle) { endOneTooMany(handle); })
                 : nullptr),
      _adapter(_options, _recovery ? &_recovery->order() : nullptr),
      _emitter(_adapter, loops, _options),
      _sockets(_adapter, loops, _options),
      _watchdog(options.inlineLimit, logger) {}

Gateway::~Gateway() {
  stop();
}

void Gateway::open(const plugin::TablePublication& tables) {
  const ShardContext context{_options, tables, _admissions, _replays, _logger, _recovery.get(), _users.get(), _emitter};
  std::vector<InlineMark*> marks;
  for (unsigned i = 0; i < _loops.size(); ++i) {
    auto& shard = *_shards.emplace_back(std::make_unique<Shard>(_loops.at(i), context));
    _adapter.add(shard.loopSockets());
    marks.push_back(&shard.mark());
  }
  _adapter.setTables(tables);
  _watchdog.start(std::move(marks));
}

Gateway::Doors Gateway::doors(unsigned loop) noexcept {
  auto& shard = *_shards[loop];
  return {shard.sockets(), shard.plain(), shard.handshakes()};
}

void Gateway::setServer(unsigned loop, socketio::Server& server) noexcept {
  _shards[loop]->setServer(server);
}

void Gateway::drain(unsigned loop) noexcept {
  _shards[loop]->drain();
}

bool Gateway::isDrained(unsigned loop) const noexcept {
  return _shards[loop]->idle();
}

bool Gateway::idle() const {
  for (const auto* pool : {&_admissions, &_replays}) {
    if (pool->queued() + pool->running() > pool->stuck()) return false;
  }
  return true;
}

void Gateway::stop() {
  _watchdog.stop();
  _admissions.stop();
  _replays.stop();
}

const ShardCounters& Gateway::counters(unsigned loop) const noexcept {
  return _shards[loop]->counters();
}

// In a turn of its own: the caller is in the middle of something with the endpoints of its loop.
void Gateway::endOneTooMany(const EndpointHandle& handle) {
  auto& loop = _loops.at(handle.loop);
  loop.post([this, handle, &loop] {
    if (!_shards[handle.loop]->disconnect(handle)) return;
    if (const auto left = _tooMany.pass(loop.now())) {
      poco_information(_logger, "socket disconnected limit=limits.socketsPerUser suppressed=" + std::to_string(*left));
    }
  });
}

}  // namespace chat::gateway
