#include "net/Timer.h"

#include <algorithm>

namespace chat::net {
namespace {

void unlink(TimerLink& link) noexcept {
  link.previous->next = link.next;
  link.next->previous = link.previous;
  link.previous = link.next = nullptr;
}

void pushBack(TimerLink& head, TimerLink& link) noexcept {
  link.previous = head.previous;
  link.next = &head;
  head.previous->next = &link;
  head.previous = &link;
}

/// Moves the whole ring of `from` behind the empty head `to`.
void splice(TimerLink& to, TimerLink& from) noexcept {
  to.next = to.previous = &to;
  if (from.next == &from) return;
  to.next = from.next;
  to.previous = from.previous;
  to.next->previous = &to;
  to.previous->next = &to;
  from.next = from.previous = &from;
}

}  // namespace

void Timer::cancel() noexcept {
  if (armed()) unlink(*this);
}

TimerWheel::TimerWheel(base::TimePoint start) noexcept : _start(start) {
  for (auto& level : _slots) {
    for (auto& head : level) head.next = head.previous = &head;
  }
}

TimerWheel::~TimerWheel() {
  for (auto& level : _slots) {
    for (auto& head : level) {
      while (head.next != &head) unlink(*head.next);
    }
  }
}

std::uint64_t TimerWheel::ticksAt(base::TimePoint time) const noexcept {
  return time <= _start ? 0 : static_cast<std::uint64_t>((time - _start) / Tick);
}

void TimerWheel::arm(Timer& timer, base::TimePoint now, base::Duration delay) noexcept {
  timer.cancel();
  // Rounded up, and one more for the tick that is under way: never early.
  const auto ticks = static_cast<std::uint64_t>((std::max(delay, base::Duration{0}) + Tick - base::Duration{1}) / Tick);
  timer._expiry = std::max(ticksAt(now) + ticks + 1, _done + 1);
  insert(timer);
}

void TimerWheel::insert(Timer& timer) noexcept {
  const std::uint64_t delta = timer._expiry - _done;
  unsigned level = 0;
  while (level + 1 < Levels && delta >= std::uint64_t{1} << (SlotBits * (level + 1))) ++level;
  std::uint64_t at = timer._expiry;
  if (const std::uint64_t span = std::uint64_t{1} << (SlotBits * Levels); delta >= span) at = _done + span - 1;
  pushBack(_slots[level][(at >> (SlotBits * level)) & (Slots - 1)], timer);
}

void TimerWheel::cascade(unsigned level) noexcept {
  TimerLink due;
  splice(due, _slots[level][(_done >> (SlotBits * level)) & (Slots - 1)]);
  while (due.next != &due) {
    auto& timer = static_cast<Timer&>(*due.next);
    unlink(*due.next);
    insert(timer);
  }
}

void TimerWheel::advance(base::TimePoint now) {
  const std::uint64_t target = ticksAt(now);
  while (_done < target) {
    ++_done;
    for (unsigned level = 1; level < Levels && (_done & ((std::uint64_t{1} << (SlotBits * level)) - 1)) == 0; ++level) {
      // Timers due right now come out of a cascade with delta 0 and land in the current slot of level 0, run below.
      cascade(level);
    }
    TimerLink due;
    splice(due, _slots[0][_done & (Slots - 1)]);
    while (due.next != &due) {
      auto& timer = static_cast<Timer&>(*due.next);
      unlink(*due.next);
      if (timer._expiry > _done) {
        insert(timer);  // waited out the wheel's span, goes on waiting
      } else {
        timer._callback(timer._owner);
      }
    }
  }
}

base::Duration TimerWheel::untilNext(base::TimePoint now, base::Duration longest) const noexcept {
  const auto until = [&](std::uint64_t tick) {
    const auto at = _start + Tick * static_cast<base::Duration::rep>(tick);
    return std::clamp(at - now, base::Duration{0}, longest);
  };
  // Level 0 exactly; else the next cascade, which looks again.
  for (std::uint64_t tick = _done + 1; tick <= _done + Slots; ++tick) {
    const auto& head = _slots[0][tick & (Slots - 1)];
    if (head.next != &head) return until(tick);
    if ((tick & (Slots - 1)) == 0) {
      for (unsigned level = 1; level < Levels; ++level) {
        for (const auto& slot : _slots[level]) {
          if (slot.next != &slot) return until(tick);
        }
      }
    }
  }
  return longest;
}

}  // namespace chat::net
