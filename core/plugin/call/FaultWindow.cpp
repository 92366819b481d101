#include "plugin/call/FaultWindow.h"

#include <algorithm>

namespace chat::plugin {

bool FaultWindow::mayTry(base::TimePoint now) noexcept {
  const std::lock_guard lock(_mutex);
  if (_state == State::Serving) return true;
  if (_state == State::Trying || now < _tryAgain) return false;
  _state = State::Trying;
  return true;
}

bool FaultWindow::back() noexcept {
  const std::lock_guard lock(_mutex);
  // A call that began before the plugin went out of service tells nothing about it now.
  if (_state != State::Trying) return false;
  _state = State::Serving;
  _faults.clear();
  _factor = 1;
  return true;
}

bool FaultWindow::failed(base::TimePoint now, std::uint64_t calls) {
  const std::lock_guard lock(_mutex);
  if (_limits.faults == 0 || _state == State::Out) return false;
  if (_state == State::Trying) {
    _state = State::Out;
    _factor = std::min(_factor * 2, MaxFactor);
    _tryAgain = now + _limits.pause * _factor;
    return true;
  }
  _faults.push_back({now, calls});
  if (_faults.size() > _limits.faults) _faults.pop_front();
  const auto& first = _faults.front();
  if (_faults.size() < _limits.faults || now - first.when > _limits.within) return false;
  if (calls - first.calls > 2 * _limits.faults) return false;
  _state = State::Out;
  _tryAgain = now + _limits.pause;
  return true;
}

void FaultWindow::notCalled() noexcept {
  const std::lock_guard lock(_mutex);
  if (_state == State::Trying) _state = State::Out;
}

}  // namespace chat::plugin
