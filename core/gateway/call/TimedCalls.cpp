#include "gateway/call/TimedCalls.h"

#include <chrono>
#include <utility>

#include "net/Loop.h"

namespace chat::gateway {

namespace {

/// How exactly a time-out is kept. One timer for all calls of a loop costs them nothing.
constexpr base::Duration Period{100};

}  // namespace

TimedCalls::TimedCalls(net::Loop& loop, Overdue overdue)
    : _loop(loop), _overdue(std::move(overdue)), _timer(&TimedCalls::look, this) {}

void TimedCalls::prepare(TimedCall& call) const noexcept {
  if (&_loop.clock() != &base::systemClock()) call.clock = &_loop.clock();
}

void TimedCalls::add(TimedCall& call) {
  call.place = _calls.size();
  _calls.push_back(&call);
  if (!_timer.armed()) _loop.arm(_timer, Period);
}

void TimedCalls::remove(TimedCall& call) noexcept {
  _calls[call.place] = _calls.back();
  _calls[call.place]->place = call.place;
  _calls.pop_back();
}

void TimedCalls::look(void* self) {
  auto& calls = *static_cast<TimedCalls*>(self);
  const auto now = calls._loop.now().time_since_epoch().count();
  std::vector<TimedCall*> overdue;
  for (auto* const call : calls._calls) {
    const auto due = call->due.get();
    if (due > 0 && now > due && !call->isOverdue) overdue.push_back(call);
  }
  // What these answer may add calls. None is removed meanwhile: that happens in a task of the loop's own.
  for (auto* const call : overdue) {
    call->isOverdue = true;
    calls._overdue(*call);
  }
  if (!calls._calls.empty() && !calls._timer.armed()) calls._loop.arm(calls._timer, Period);
}

}  // namespace chat::gateway
