#pragma once

#include <cstddef>

#include "base/Clock.h"
#include "gateway/options/RecoveryOptions.h"
#include "socketio/PacketFlaw.h"
#include "socketio/Parser.h"

namespace chat::gateway {

struct Options {
  /// Events of one socket that may wait while another one of it is handled; from here on it is not read from.
  std::size_t waitingEvents = 64;
  /// Bytes of keys and values that a socket keeps for the plugins.
  std::size_t socketData = 8 * 1024;
  /// How long a plugin may wait for an acknowledgement, and how many bytes the answers to one question may have.
  base::Duration ackTimeout{300'000};
  std::size_t ackBytes = 16 * 1024 * 1024;
  /// Threads that run connect and disconnect handlers, and how many may wait for one.
  std::size_t admissionThreads = 4;
  std::size_t admissionQueue = 4096;
  /// Replays that run at the same time, and how many may wait.
  std::size_t replayThreads = 4;
  std::size_t replayQueue = 1024;
  /// Live emits that are held for a socket during its replay; beyond them the replay goes on from the store instead.
  std::size_t heldEmits = 1000;
  /// Bytes of a replay that may be under way to one socket.
  std::size_t replayWindow = 256 * 1024;
  /// How long a replay waits for a client that doesn't take its bytes before it is disconnected.
  base::Duration replayStall{30'000};
  /// Sockets and plain WebSockets of one user; 0: any number. See UserSockets.
  std::size_t socketsPerUser = 0;
  /// How long a socket may be anonymous before it is disconnected; 0: for ever.
  base::Duration anonymousTimeout{0};
  /// How long an inline handler may hold its loop before it is moved to its plugin's workers; 0: never.
  base::Duration inlineLimit{50};
  RecoveryOptions recovery;
  /// That of the Socket.IO servers.
  socketio::Parser parser = socketio::Parser::Default;
  /// Of a packet that plugins send.
  std::size_t maxAttachments = socketio::PacketRules{}.maxAttachments;
};

}  // namespace chat::gateway
