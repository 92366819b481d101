#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/Clock.h"

namespace chat::net {

/// A node of a ring; a ring's head is a node of its own.
struct TimerLink {
  TimerLink* previous = nullptr;
  TimerLink* next = nullptr;
};

/// A callback that runs once, at a given time. A member of the object that it serves: no allocation, and destroying it
/// cancels it.
/// Thread: its loop's.
class Timer : private TimerLink {
 public:
  using Callback = void (*)(void* owner);
  Timer(Callback callback, void* owner) noexcept : _callback(callback), _owner(owner) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool armed() const noexcept { return next != nullptr; }
  void cancel() noexcept;

 private:
  friend class TimerWheel;
  std::uint64_t _expiry = 0;  // in ticks since the wheel's start
  Callback _callback;
  void* _owner;
};

/// Hierarchical timing wheel: arming, cancelling and expiring cost O(1) however many timers there are, so each of a
/// hundred thousand heartbeats is as cheap as a single one. Times are in milliseconds of the clock.
///
/// Five levels of 64 slots, each slot as wide as the whole level below it. A timer lies in the lowest level that spans
/// its delay and moves down when its slot comes up. A delay beyond the wheel's span (12 days) waits in the last slot
/// and is put in again. A bit for each slot tells where to look for the next one. Thread: its loop's.
class TimerWheel {
 public:
  static constexpr base::Duration Tick{1};

  explicit TimerWheel(base::TimePoint start) noexcept;
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Arms or re-arms; `now` is the caller's reading of the clock. Fires at the next tick at the earliest.
  void arm(Timer& timer, base::TimePoint now, base::Duration delay) noexcept;
  /// Runs what is due at `now`. Callbacks may arm, cancel and destroy any timer.
  void advance(base::TimePoint now);
  /// The wait from `now` until something may be due, at most `longest`.
  base::Duration untilNext(base::TimePoint now, base::Duration longest) const noexcept;

 private:
  static constexpr unsigned Levels = 5;
  static constexpr unsigned SlotBits = 6;
  static constexpr unsigned Slots = 1U << SlotBits;

  void insert(Timer& timer) noexcept;
  void cascade(unsigned level) noexcept;
  std::uint64_t nextTick() const noexcept;
  std::uint64_t ticksAt(base::TimePoint time) const noexcept;

  base::TimePoint _start;
  std::uint64_t _done = 0;  // the last tick that was run
  std::array<std::array<TimerLink, Slots>, Levels> _slots;
  // Slots that may hold timers; a cancelled timer leaves its bit, which costs one look at most.
  std::array<std::uint64_t, Levels> _occupied{};
};

}  // namespace chat::net
