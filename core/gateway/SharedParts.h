#pragma once

#include <Poco/Logger.h>

#include "gateway/Options.h"
#include "plugin/api/Emitter.h"
#include "plugin/table/TablePublication.h"

namespace chat::exec {
class WorkerPool;
}

namespace chat::gateway {

class RecoveryHub;
class UserSockets;

/// What the shards of all loops share. Outlives them.
struct SharedParts {
  const Options& options;
  const plugin::TablePublication& tables;
  exec::WorkerPool& admissions;
  exec::WorkerPool& replays;
  Poco::Logger& logger;
  RecoveryHub* recovery = nullptr;  ///< null where connections aren't recovered
  UserSockets* users = nullptr;     ///< null where a user may have any number of sockets
  plugin::Emitter& emitter;
};

}  // namespace chat::gateway
