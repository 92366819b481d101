#pragma once

#include <array>
#include <cstddef>

#include "base/LocalCounter.h"
#include "socketio/DisconnectReason.h"

namespace chat::gateway {

/// What one loop's gateway has counted. Counted by the loop; read by any thread.
struct ShardCounters {
  static constexpr std::size_t Reasons = static_cast<std::size_t>(socketio::DisconnectReason::ForcedServerClose) + 1;

  base::LocalCounter sockets;                           ///< that asked to come into a namespace
  base::LocalCounter unknownEvents;                     ///< events that nobody handles
  std::array<base::LocalCounter, Reasons> disconnects;  ///< sockets that left, by DisconnectReason
};

}  // namespace chat::gateway
