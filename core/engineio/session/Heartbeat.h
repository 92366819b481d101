#pragma once

#include <cstdint>

#include "engineio/api/Options.h"
#include "engineio/packet/Packet.h"
#include "net/Timer.h"

namespace chat::net {
class Loop;
}

namespace chat::engineio {

/// The heartbeat of one session. In version 4 the server pings each `pingInterval` and waits `pingTimeout` for the
/// pong. In version 3 the client pings, and the server waits `pingInterval` and `pingTimeout` for that.
///
/// Knows no transport: it says what is to be done, the session does it. Thread: the session's loop, which is handed in.
class Heartbeat {
 public:
  enum class Due : std::uint8_t {
    Nothing,
    Ping,     ///< the client is to be sent a ping
    Silence,  ///< the client hasn't answered, or not pinged, in time
  };
  enum class Beat : std::uint8_t {
    None,            ///< the packet is no ping or pong
    Pong,            ///< the client's ping: it is to be sent a pong with the same data
    Taken,           ///< the client's pong
    WrongDirection,  ///< a ping in version 4, a pong in version 3
  };

  /// `onTimer` is called with `owner` on time, and asks `due`.
  Heartbeat(int protocol, const Options& options, net::Timer::Callback onTimer, void* owner) noexcept
      : _timer(onTimer, owner), _options(options), _isVersion3(protocol == 3) {}

  /// From the beginning: the session was opened, or its client gave a sign of life.
  void start(net::Loop& loop) noexcept;
  void stop() noexcept { _timer.cancel(); }
  /// A message has come. If a pong is awaited, its time-out starts again, once: the pong comes after what the client
  /// was sending already, which may be long.
  void onMessage(net::Loop& loop) noexcept {
    if (_state == State::Pinged) extend(loop);
  }
  /// A packet of any type has come.
  Beat onPacket(net::Loop& loop, PacketType type) noexcept;
  /// The timer's time has come. `isPaused`: the client isn't read from at present, so it may well have answered.
  Due due(net::Loop& loop, bool isPaused) noexcept;

 private:
  enum class State : std::uint8_t { Resting, Pinged, Extended };

  void extend(net::Loop& loop) noexcept;

  net::Timer _timer;
  const Options& _options;
  const bool _isVersion3;
  State _state = State::Resting;  // version 4's: a pong is waited for, or once more since something else came
};

}  // namespace chat::engineio
