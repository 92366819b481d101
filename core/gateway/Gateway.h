#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/LogThrottle.h"
#include "engineio/api/HandshakeGate.h"
#include "exec/WorkerPool.h"
#include "gateway/ShardCounters.h"
#include "gateway/adapter/AdapterEmitter.h"
#include "gateway/adapter/AdapterSockets.h"
#include "gateway/adapter/LocalAdapter.h"
#include "gateway/call/InlineWatchdog.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/options/Options.h"
#include "plainws/EnvelopeSink.h"
#include "plugin/context/StreamEmitter.h"
#include "plugin/table/TablePublication.h"
#include "socketio/EventSink.h"

namespace chat::net {
class LoopGroup;
}
namespace chat::socketio {
class Server;
}

namespace chat::gateway {

class RecoveryHub;
class Shard;
class UserSockets;

/// Joins the servers of the protocols with the plugins: a shard on each loop, and the adapter that reaches the sockets
/// of all loops. Made and destroyed on the main thread, around the life of the loops' threads.
class Gateway {
 public:
  Gateway(net::LoopGroup& loops, const Options& options, Poco::Logger& logger);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Makes the shards. Once, before the loops run; `tables` is where the handlers are found.
  void open(const plugin::TablePublication& tables);

  // --- for the servers of the protocols, after `open` ---
  /// By which clients of one loop come in. Thread: the loop's.
  struct Doors {
    socketio::EventSink& sockets;
    plainws::EnvelopeSink& plain;
    engineio::HandshakeGate& handshakes;
  };
  Doors doors(unsigned loop) noexcept;
  /// The Socket.IO server whose clients come in by the doors of that loop. Once, before the loops run.
  void setServer(unsigned loop, socketio::Server& server) noexcept;

  // --- for the plugins. Thread: any, after `open` ---
  plugin::StreamEmitter& emitter() noexcept { return _emitter; }
  plugin::SocketBackend& sockets() noexcept { return _sockets; }

  // --- the end ---
  /// From now on no event of that loop is taken: an unanswered one is sent again elsewhere, a half-done one would be
  /// lost. Thread: the loop's.
  void drain(unsigned loop) noexcept;
  /// Whether no event handler has an event of that loop. Thread: the loop's.
  bool isDrained(unsigned loop) const noexcept;
  /// Whether no connect, disconnect or replay handler runs within its time or waits for its turn. Thread: any.
  bool idle() const;
  /// Runs out what connect, disconnect and replay handlers have begun. While the loops still run.
  void stop();

  // --- for metrics. Thread: any ---
  const ShardCounters& counters(unsigned loop) const noexcept;
  /// See InlineWatchdog.
  std::uint64_t heldCalls() const noexcept { return _watchdog.held(); }
  std::uint64_t movedHandlers() const noexcept { return _watchdog.moved(); }
  const exec::WorkerPool& admissions() const noexcept { return _admissions; }
  const exec::WorkerPool& replays() const noexcept { return _replays; }

 private:
  void endOneTooMany(const EndpointHandle& handle);

  net::LoopGroup& _loops;
  const Options _options;
  Poco::Logger& _logger;
  exec::WorkerPool _admissions;
  exec::WorkerPool _replays;
  const std::unique_ptr<RecoveryHub> _recovery;  // null if connections aren't recovered
  const std::unique_ptr<UserSockets> _users;     // null if a user may have any number of sockets
  LocalAdapter _adapter;
  AdapterEmitter _emitter;
  AdapterSockets _sockets;
  std::vector<std::unique_ptr<Shard>> _shards;  // by loop
  InlineWatchdog _watchdog;
  base::LogThrottle _tooMany{base::Duration{10'000}};
};

}  // namespace chat::gateway
