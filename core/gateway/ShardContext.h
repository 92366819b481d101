#pragma once

#include <Poco/Logger.h>

#include "gateway/options/Options.h"
#include "plugin/api/Emitter.h"
#include "plugin/table/TablePublication.h"

namespace chat::exec {
class WorkerPool;
}

namespace chat::gateway {

class RecoveryHub;
class UserSockets;

/// What the shards of all loops share. All of it outlives them.
struct ShardContext {
  const Options& options;
  const plugin::TablePublication& tables;
  exec::WorkerPool& admissions;
  exec::WorkerPool& replays;
  Poco::Logger& logger;
  RecoveryHub* recovery = nullptr;  ///< null if connections aren't recovered
  UserSockets* users = nullptr;     ///< null if a user may have any number of sockets
  plugin::Emitter& emitter;
};

}  // namespace chat::gateway
