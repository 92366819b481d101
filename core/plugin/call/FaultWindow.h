#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>

#include "base/Clock.h"
#include "plugin/settings/FaultLimits.h"

namespace chat::plugin {

/// Takes a plugin out of service when its handlers fail too often, and tries it again: a circuit breaker.
///
/// A plugin goes out of service after `FaultLimits::faults` faults within `FaultLimits::within`, unless more calls than
/// that have gone well in the same time: so a client that provokes a fault again and again doesn't take the plugin from
/// everybody else. After a pause one call is let through to try it. If that goes well, the plugin is back in service;
/// if not, the next pause is twice as long, up to eight times the first.
///
/// Thread: any. While the plugin is in service, `admits()` costs one atomic load.
class FaultWindow {
 public:
  enum class State : std::uint8_t { Serving, Out, Trying };

  explicit FaultWindow(FaultLimits limits) : _limits(limits) {}

  /// Whether a call may be made. If so, `succeeded()`, `failed()` or `notCalled()` must follow: the call may be the one
  /// that tries the plugin.
  bool admits(base::TimePoint now) noexcept {
    return _state.load(std::memory_order_relaxed) == State::Serving || mayTry(now);
  }
  bool isServing() const noexcept { return _state.load(std::memory_order_relaxed) == State::Serving; }
  /// A call went well. True if that brought the plugin back into service.
  bool succeeded() noexcept { return _state.load(std::memory_order_relaxed) != State::Serving && back(); }
  /// A call failed. `calls`: how many calls the plugin's handlers have finished by now. True if that took the plugin
  /// out of service.
  bool failed(base::TimePoint now, std::uint64_t calls);
  /// The call was admitted, but couldn't be made.
  void notCalled() noexcept;

  State state() const noexcept { return _state.load(std::memory_order_relaxed); }

 private:
  static constexpr int MaxFactor = 8;
  struct Fault {
    base::TimePoint when;
    std::uint64_t calls;
  };
  bool mayTry(base::TimePoint now) noexcept;
  bool back() noexcept;

  const FaultLimits _limits;
  std::atomic<State> _state{State::Serving};
  std::mutex _mutex;
  std::deque<Fault> _faults;  // the last ones, at most `_limits.faults`
  base::TimePoint _tryAgain;
  int _factor = 1;
};

inline const char* nameOf(FaultWindow::State state) noexcept {
  switch (state) {
    case FaultWindow::State::Serving:
      return "serving";
    case FaultWindow::State::Out:
      return "out of service";
    case FaultWindow::State::Trying:
      break;
  }
  return "trying";
}

}  // namespace chat::plugin
