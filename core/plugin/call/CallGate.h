#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace chat::plugin {

/// Counts the calls that are inside a plugin, and can be closed so that no more enter. Once it is closed and empty,
/// none of the plugin's code runs any more. Thread: any.
///
/// Loops, which must never wait for a lock, enter it for each inline handler. So one atomic number holds the count and
/// the closed bit: entering is one addition, and no call slips past `close()`. Only leaving a closed gate takes the
/// mutex, so that the thread which waits may destroy the gate once it is empty.
class CallGate {
 public:
  /// A call that is inside; the destructor leaves the gate. Empty if the gate was closed.
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

  /// As `enter()`, for work that begins inside a call and may outlast it: also enters a closed gate as long as a call
  /// is inside.
  [[nodiscard]] Guard enterAgain() noexcept {
    auto state = _state.load(std::memory_order_relaxed);
    while (state != Closed) {
      if (_state.compare_exchange_weak(state, state + 1, std::memory_order_acquire, std::memory_order_relaxed)) {
        return Guard(*this);
      }
    }
    return {};
  }

  /// From now on no call enters.
  void close() noexcept { _state.fetch_or(Closed, std::memory_order_acq_rel); }
  /// How many calls are inside.
  std::uint64_t count() const noexcept { return _state.load(std::memory_order_acquire) & ~Closed; }

  /// After `close()`: waits until no call is inside. False if some still are after `atMost`.
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
