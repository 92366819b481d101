#include "net/Timer.h"

#include <algorithm>
#include <bit>

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
  const auto ticks = static_cast<std::uint64_t>(std::max(delay, base::Duration{0}) / Tick);
  timer._expiry = std::max(ticksAt(now) + ticks, _done + 1);
  insert(timer);
}

void TimerWheel::insert(Timer& timer) noexcept {
  const std::uint64_t delta = timer._expiry - _done;
  unsigned level = 0;
  while (level + 1 < Levels && delta >= std::uint64_t{1} << (SlotBits * (level + 1))) ++level;
  std::uint64_t at = timer._expiry;
  if (const std::uint64_t span = std::uint64_t{1} << (SlotBits * Levels); delta >= span) at = _done + span - 1;
  const auto slot = static_cast<unsigned>((at >> (SlotBits * level)) & (Slots - 1));
  _occupied[level] |= std::uint64_t{1} << slot;
  pushBack(_slots[level][slot], timer);
}

void TimerWheel::cascade(unsigned level) noexcept {
  const auto slot = static_cast<unsigned>((_done >> (SlotBits * level)) & (Slots - 1));
  _occupied[level] &= ~(std::uint64_t{1} << slot);
  TimerLink due;
  splice(due, _slots[level][slot]);
  while (due.next != &due) {
    auto& timer = static_cast<Timer&>(*due.next);
    unlink(*due.next);
    insert(timer);
  }
}

/// The first tick after `_done` at which a slot that may hold timers comes up; the largest number if there is none.
std::uint64_t TimerWheel::nextTick() const noexcept {
  std::uint64_t next = ~std::uint64_t{0};
  for (unsigned level = 0; level < Levels; ++level) {
    if (_occupied[level] == 0) continue;
    const std::uint64_t at = _done >> (SlotBits * level);
    // The slot after the present one becomes bit 0.
    const auto ahead = std::rotr(_occupied[level], static_cast<int>((at + 1) & (Slots - 1)));
    next = std::min(next, (at + 1 + static_cast<std::uint64_t>(std::countr_zero(ahead))) << (SlotBits * level));
  }
  return next;
}

void TimerWheel::advance(base::TimePoint now) {
  const std::uint64_t target = ticksAt(now);
  while (_done < target) {
    const auto next = nextTick();
    if (next > target) {
      _done = target;
      return;
    }
    _done = next;
    for (unsigned level = 1; level < Levels && (_done & ((std::uint64_t{1} << (SlotBits * level)) - 1)) == 0; ++level) {
      // Timers due right now come out of a cascade with delta 0 and land in the current slot of level 0, run below.
      cascade(level);
    }
    const auto slot = static_cast<unsigned>(_done & (Slots - 1));
    _occupied[0] &= ~(std::uint64_t{1} << slot);
    TimerLink due;
    splice(due, _slots[0][slot]);
    while (due.next != &due) {
      auto& timer = static_cast<Timer&>(*due.next);
      unlink(*due.next);
      if (timer._expiry > _done) {
        insert(timer);  // a delay beyond the wheel's span: waits on
      } else {
        timer._callback(timer._owner);
      }
    }
  }
}

base::Duration TimerWheel::untilNext(base::TimePoint now, base::Duration longest) const noexcept {
  const auto next = nextTick();
  if (next == ~std::uint64_t{0}) return longest;
  const auto ticks = static_cast<base::Duration::rep>(std::min<std::uint64_t>(next, 1ULL << 60));
  return std::clamp(_start + Tick * ticks - now, base::Duration{0}, longest);
}

}  // namespace chat::net
