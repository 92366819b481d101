#include "engineio/session/Heartbeat.h"

#include "net/Loop.h"

namespace chat::engineio {

void Heartbeat::start(net::Loop& loop) noexcept {
  _state = State::Resting;
  loop.arm(_timer, _isVersion3 ? _options.pingInterval + _options.pingTimeout : _options.pingInterval);
}

void Heartbeat::extend(net::Loop& loop) noexcept {
  _state = State::Extended;
  loop.arm(_timer, _options.pingTimeout);
}

Heartbeat::Beat Heartbeat::onPacket(net::Loop& loop, PacketType type) noexcept {
  if (type != PacketType::Pong) onMessage(loop);
  if (type != PacketType::Ping && type != PacketType::Pong) return Beat::None;
  if ((type == PacketType::Ping) != _isVersion3) return Beat::WrongDirection;
  if (_isVersion3 || _state != State::Resting) start(loop);
  return _isVersion3 ? Beat::Pong : Beat::Taken;
}

Heartbeat::Due Heartbeat::due(net::Loop& loop, bool isPaused) noexcept {
  const bool isWaiting = _isVersion3 || _state != State::Resting;
  if (isWaiting && !isPaused) return Due::Silence;
  loop.arm(_timer, _options.pingTimeout);
  if (isWaiting) return Due::Nothing;
  _state = State::Pinged;
  return Due::Ping;
}

}  // namespace chat::engineio
