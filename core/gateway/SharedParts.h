#pragma once

#include <Poco/Logger.h>

#include "gateway/Options.h"
#include "plugin/TablePublication.h"

namespace chat::exec {
class WorkerPool;
}

namespace chat::gateway {

class RecoveryHub;

/// What the shards of all loops share. Outlives them.
struct SharedParts {
  const Options& options;
  const plugin::TablePublication& tables;
  exec::WorkerPool& admissions;
  exec::WorkerPool& replays;
  Poco::Logger& logger;
  RecoveryHub* recovery = nullptr;  ///< null where connections aren't recovered
};

/// What a client hears where a queue is full.
inline constexpr std::string_view Busy =
    "The server has more to do than it can take just now; nothing was done, try again.";

}  // namespace chat::gateway
