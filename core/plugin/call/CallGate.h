#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace chat::plugin {

/// Counts the calls that are inside a plugin, and can be closed so that no more come: close, wait until empty, then
/// nothing of the plugin runs any more. Thread: any.
///
/// Unlike exec::Gate it is passed by inline handlers on the loops, which never lock. One atomic number holds the count
/// and the closed bit, so that entering is one addition and no entry slips past `close()`. Leaving a closed gate goes
/// under the mutex, so that whoever waits may destroy the gate once it is empty.
class CallGate {
 public:
  /// A call that is inside; leaves at its end. Empty where the gate was closed.
  class Guard {
   public:
    Guard() noexcept = default;
    explicit Guard(CallGate& gate) noexcept : _gate(&gate) {}
    Guard(Guard&& other) noexcept : _gate(std::exchange(other._gate, nullptr)) {}
    Guard& operator=(Guard&& other) noexcept {
      std::swap(_gate, other._gate);
      return *this;
    }
    ~Guard() {
      if (_gate != nullptr) _gate->leave();
    }
    explicit operator bool() const noexcept { return _gate != nullptr; }

   private:
    CallGate* _gate = nullptr;
  };

  [[nodiscard]] Guard enter() noexcept {
    const auto before = _state.fetch_add(1, std::memory_order_acquire);
    if ((before & Closed) == 0) return Guard(*this);
    leave();
    return {};
  }

  /// As `enter()` for what begins inside a call and may outlast it: passes a closed gate as long as somebody is inside.
  [[nodiscard]] Guard enterAgain() noexcept {
    auto state = _state.load(std::memory_order_relaxed);
    while (state != Closed) {
      if (_state.compare_exchange_weak(state, state + 1, std::memory_order_acquire, std::memory_order_relaxed)) {
        return Guard(*this);
      }
    }
    return {};
  }

  /// No call enters from now on.
  void close() noexcept { _state.fetch_or(Closed, std::memory_order_acq_rel); }
  /// How many calls are inside.
  std::uint64_t count() const noexcept { return _state.load(std::memory_order_acquire) & ~Closed; }

  /// After `close()`: waits until no call is inside. False where some still are when the time is over.
  bool waitUntilEmpty(std::chrono::milliseconds atMost) {
    std::unique_lock lock(_mutex);
    return _emptied.wait_for(lock, atMost, [this] { return count() == 0; });
  }

 private:
  static constexpr std::uint64_t Closed = std::uint64_t{1} << 63;

  void leave() noexcept {
    auto state = _state.load(std::memory_order_relaxed);
    while ((state & Closed) == 0) {
      if (_state.compare_exchange_weak(state, state - 1, std::memory_order_release, std::memory_order_relaxed)) return;
    }
    const std::lock_guard lock(_mutex);
    const auto before = _state.fetch_sub(1, std::memory_order_acq_rel);
    if ((before & ~Closed) == 1) _emptied.notify_all();
  }

  std::atomic<std::uint64_t> _state{0};
  std::mutex _mutex;
  std::condition_variable _emptied;
};

using CallGuard = CallGate::Guard;

}  // namespace chat::plugin
