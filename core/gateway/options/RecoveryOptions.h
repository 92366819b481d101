#pragma once

#include <cstddef>

#include "base/Clock.h"

namespace chat::gateway {

/// Connection state recovery: what is kept of a socket whose connection broke, and how long.
struct RecoveryOptions {
  bool enabled = false;
  base::Duration maxDisconnectionDuration{120'000};
  /// Whether the connect handlers are not asked about a socket that is recovered.
  bool skipMiddlewares = false;
  /// Emits that each loop keeps for those who are away, and their bytes (shared between the loops).
  std::size_t maxPackets = 10'000;
  std::size_t maxBytes = 16U << 20;
  /// Of one socket: bytes sent to it alone that are kept, and bytes that it may have missed.
  std::size_t maxBytesPerSocket = 1U << 20;
  /// Sockets that are away, kept by one loop; the longest away gives way.
  std::size_t maxSessions = 10'000;
  /// What was sent longer ago than this before a connection was found to be broken had come: heartbeats say so.
  base::Duration confirmedAfter{65'000};
};

}  // namespace chat::gateway
