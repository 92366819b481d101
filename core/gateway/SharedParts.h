#pragma once

#include <Poco/Logger.h>

#include <string>
#include <string_view>

#include "gateway/Options.h"
#include "plugin/PluginCall.h"
#include "plugin/TablePublication.h"
#include "plugin/api/Emitter.h"

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

/// What a client hears where a queue is full.
inline constexpr std::string_view Busy =
    "The server has more to do than it can take just now; nothing was done, try again.";

inline plugin::CallFailure busyFailure() {
  return {plugin::CallFailure::Kind::Refusal, 503, std::string(Busy), {}};
}

inline plugin::CallFailure outOfServiceFailure() {
  return {plugin::CallFailure::Kind::Refusal,
          503,
          "What handles this is out of service for a moment, as it failed too often; nothing was done, try again.",
          {}};
}

inline plugin::CallFailure tooLongFailure() {
  return {plugin::CallFailure::Kind::Refusal,
          504,
          "The server took too long with this; whether it was done isn't known.",
          {}};
}

}  // namespace chat::gateway
