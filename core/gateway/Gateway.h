#pragma once

#include <Poco/Logger.h>

#include <functional>
#include <memory>
#include <vector>

#include "base/LogThrottle.h"
#include "exec/WorkerPool.h"
#include "gateway/Emission.h"
#include "gateway/Endpoint.h"
#include "gateway/InlineWatchdog.h"
#include "gateway/LoopsAccess.h"
#include "gateway/Options.h"
#include "plugin/context/StreamEmitter.h"
#include "plugin/table/TablePublication.h"

namespace chat::net {
class LoopGroup;
}

namespace chat::gateway {

class RecoveryHub;
class Shard;
class UserSockets;

/// The shards of all loops, and the Emitter of the plugins: what it is given is posted to every loop that is not the
/// caller's. Made and destroyed on the main thread, around the life of the loops' threads; the rest on any.
class Gateway final : public plugin::StreamEmitter {
 public:
  Gateway(net::LoopGroup& loops, const Options& options, Poco::Logger& logger);
  ~Gateway() override;

  /// Makes the shards. Once, before the loops run; `tables` is where the handlers are found.
  void open(const plugin::TablePublication& tables);
  /// For the plugins' Sockets. Thread: any, after `open`.
  plugin::SocketAccess& sockets() noexcept { return _access; }
  Shard& shard(unsigned loop) noexcept { return *_shards[loop]; }
  /// Whether no connect, disconnect or replay handler runs within its time or waits for its turn. Thread: any.
  bool idle() const;
  /// See InlineWatchdog. Thread: any.
  std::uint64_t heldCalls() const noexcept { return _watchdog.held(); }
  std::uint64_t movedHandlers() const noexcept { return _watchdog.moved(); }
  const exec::WorkerPool& admissions() const noexcept { return _admissions; }
  const exec::WorkerPool& replays() const noexcept { return _replays; }
  /// Runs out what connect, disconnect and replay handlers have begun. While the loops still run.
  void stop();

  void emitIn(plugin::Stream stream, const plugin::Target& target, std::string_view event, std::string_view args,
              const plugin::EmitOptions& options, std::span<const std::string_view> attachments) override;
  void join(const plugin::Target& target, std::string_view room) override;
  void leave(const plugin::Target& target, std::string_view room) override;
  void disconnect(const plugin::Target& target, bool closeConnection) override;
  void revoke(std::string_view credential) override { endCredential(credential, "revoked", {}); }
  void endCredential(std::string_view credential, std::string_view reason, std::string_view exceptSocketId) override;
  std::vector<bool> areOnline(std::span<const base::UserId> users) override;
  std::vector<std::string> credentials(std::string_view after, std::size_t most) override;

 private:
  void carryOut();
  void endOneTooMany(const EndpointHandle& handle);
  void onEach(const std::function<void(Shard&)>& call);

  net::LoopGroup& _loops;
  const Options _options;
  Poco::Logger& _logger;
  LoopsAccess _access;
  const plugin::TablePublication* _tables = nullptr;
  exec::WorkerPool _admissions;
  exec::WorkerPool _replays;
  std::unique_ptr<RecoveryHub> _recovery;       // null where connections aren't recovered
  std::unique_ptr<UserSockets> _users;          // null where a user may have any number of sockets
  std::vector<std::unique_ptr<Shard>> _shards;  // by loop
  InlineWatchdog _watchdog;
  base::LogThrottle _tooMany{base::Duration{10'000}};
};

}  // namespace chat::gateway
