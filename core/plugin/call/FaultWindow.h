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
/// So many faults within so much time, and no more than as many calls that went well meanwhile, put it out: one client
/// that provokes a fault again and again doesn't take the plugin from everybody else. After a pause one call is let
/// through; if it goes well the plugin is back, else the pause is twice as long, up to eight times.
///
/// Thread: any. While it is in service asking costs one load.
class FaultWindow {
 public:
  enum class State : std::uint8_t { Serving, Out, Trying };

  explicit FaultWindow(FaultLimits limits) : _limits(limits) {}

  /// Whether a call may be made. One that was let through to try must be followed by `succeeded()`, `failed()` or
  /// `notCalled()`.
  bool admits(base::TimePoint now) noexcept {
    return _state.load(std::memory_order_relaxed) == State::Serving || mayTry(now);
  }
  bool isServing() const noexcept { return _state.load(std::memory_order_relaxed) == State::Serving; }
  /// A call went well. True where that brought the plugin back.
  bool succeeded() noexcept { return _state.load(std::memory_order_relaxed) != State::Serving && back(); }
  /// A call failed; `calls`: how many the plugin's handlers have finished by now. True where that put it out.
  bool failed(base::TimePoint now, std::uint64_t calls);
  /// The call was let through, but couldn't be made.
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
