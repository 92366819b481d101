#include "gateway/Gateway.h"

#include <memory>
#include <string>
#include <utility>

#include "gateway/Recovery.h"
#include "gateway/RecoveryHub.h"
#include "gateway/RecoveryOffset.h"
#include "gateway/Sendable.h"
#include "gateway/Shard.h"
#include "gateway/UserSockets.h"
#include "net/LoopGroup.h"

namespace chat::gateway {

Gateway::Gateway(net::LoopGroup& loops, const Options& options, Poco::Logger& logger)
    : _loops(loops),
      _options(options),
      _logger(logger),
      _access(_shards, _options),
      _admissions({"admission", options.admissionThreads, options.admissionQueue}),
      _replays({"replay", options.replayThreads, options.replayQueue}),
      _watchdog(options.inlineLimit, logger) {}

Gateway::~Gateway() {
  stop();
}

void Gateway::open(const plugin::TablePublication& tables) {
  _tables = &tables;
  if (_options.recovery.enabled) _recovery = std::make_unique<RecoveryHub>(_options.recovery, _loops.size());
  if (_options.socketsPerUser > 0) {
    _users = std::make_unique<UserSockets>(_options.socketsPerUser,
                                           [this](const EndpointHandle& handle) { endOneTooMany(handle); });
  }
  const SharedParts parts{_options, tables, _admissions, _replays, _logger, _recovery.get(), _users.get(), *this};
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
    if (pool->queued() + pool->running() > pool->stuck()) return false;
  }
  return true;
}

// In a turn of its own: the caller is in the middle of something with the endpoints of its loop.
void Gateway::endOneTooMany(const EndpointHandle& handle) {
  auto& shard = *_shards[handle.loop];
  shard.loop().post([this, handle, &shard] {
    auto* endpoint = shard.directory().find(handle);
    if (!endpoint || endpoint->gone) return;
    if (const auto left = _tooMany.pass(shard.loop().now())) {
      poco_information(_logger, "socket disconnected limit=limits.socketsPerUser suppressed=" + std::to_string(*left));
    }
    endpoint->disconnect(false);
  });
}

// What other threads have put before it in the common order goes first.
void Gateway::carryOut() {
  for (auto& shard : _shards) {
    if (shard->loop().here()) {
      shard->recovery()->carryOut();
    } else {
      shard->loop().post([&shard = *shard] { shard.recovery()->carryOut(); });
    }
  }
}

// On the caller's own loop at once, so that what a handler on the loop emits keeps its order with what it answers.
void Gateway::onEach(const std::function<void(Shard&)>& call) {
  if (_recovery) {
    _recovery->order().add([&call](std::uint64_t) { return EmissionOrder::Item{nullptr, call}; });
    return carryOut();
  }
  for (auto& shard : _shards) {
    if (shard->loop().here()) {
      call(*shard);
    } else {
      shard->loop().post([call, &shard = *shard] { call(shard); });
    }
  }
}

void Gateway::emitIn(plugin::Stream stream, const plugin::Target& target, std::string_view event, std::string_view args,
                     const plugin::EmitOptions& options, std::span<const std::string_view> attachments) {
  Sendable(_options).requireEvent(event, args, attachments.size());
  auto emission = std::make_shared<Emission>();
  emission->target = target;
  emission->options = options;
  emission->stream = stream;
  emission->parser = _options.parser;
  const bool isForUser = target.kind == plugin::Target::Kind::User;
  if (isForUser || (_tables && _tables->showsOutgoing())) {
    emission->event = event;
    emission->args = args;
  }
  if (isForUser) {
    emission->attachments.assign(attachments.begin(), attachments.end());
  } else if (!_recovery) {
    emission->encoded = socketio::EncodedEvent::of(target.nsp, event, args, attachments, _options.parser);
    emission->encoded->setUncompressed(options.isUncompressed);
  }
  if (_recovery) {
    _recovery->order().add([&](std::uint64_t sequence) {
      emission->sequence = sequence;
      if (target.kind != plugin::Target::Kind::User) {
        emission->encoded = socketio::EncodedEvent::of(
            target.nsp, event, withArgument(args, RecoveryOffset::argument(sequence)), attachments, _options.parser);
        emission->encoded->setUncompressed(options.isUncompressed);
      }
      return EmissionOrder::Item{emission, {}};
    });
    return carryOut();
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

void Gateway::endCredential(std::string_view credential, std::string_view reason, std::string_view exceptSocketId) {
  const Revocation revocation{std::string(credential), std::string(reason), std::string(exceptSocketId)};
  onEach([revocation](Shard& shard) {
    shard.identityEnds().revoke(revocation);
    if (shard.recovery()) shard.recovery()->revoke(revocation.credential);
  });
}

std::vector<bool> Gateway::areOnline(std::span<const base::UserId> users) {
  return _access.areOnline(users);
}

std::vector<std::string> Gateway::credentials(std::string_view after, std::size_t most) {
  return _access.credentials(after, most);
}

}  // namespace chat::gateway
