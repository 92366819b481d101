#include "presence/Ticker.h"

#include <utility>

namespace chat::presence {

Ticker::Ticker(std::chrono::milliseconds interval, std::function<void()> tick)
    : _interval(interval), _tick(std::move(tick)), _thread([this] { run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(_mutex);
    _isEnding = true;
  }
  _ending.notify_one();
  _thread.join();
}

void Ticker::run() {
  std::unique_lock lock(_mutex);
  while (!_ending.wait_for(lock, _interval, [this] { return _isEnding; })) {
    lock.unlock();
    _tick();
    lock.lock();
  }
}

}  // namespace chat::presence
