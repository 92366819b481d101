#include "gateway/WorkerCalls.h"

#include <chrono>
#include <utility>

#include "net/Loop.h"

namespace chat::gateway {

namespace {

/// How exactly a time-out is kept. One timer for all calls of a loop costs them nothing.
constexpr base::Duration Period{100};

}  // namespace

WorkerCalls::WorkerCalls(net::Loop& loop, Overdue overdue)
    : _loop(loop), _overdue(std::move(overdue)), _timer(&WorkerCalls::look, this) {}

void WorkerCalls::add(WorkerCall& call) {
  call.place = _calls.size();
  _calls.push_back(&call);
  if (!_timer.armed()) _loop.arm(_timer, Period);
}

void WorkerCalls::remove(WorkerCall& call) noexcept {
  _calls[call.place] = _calls.back();
  _calls[call.place]->place = call.place;
  _calls.pop_back();
}

void WorkerCalls::look(void* self) {
  auto& calls = *static_cast<WorkerCalls*>(self);
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count();
  std::vector<WorkerCall*> overdue;
  for (auto* const call : calls._calls) {
    const auto limit = call->plugin->limits().timeout.count();
    const auto started = call->started.get();
    if (limit > 0 && started > 0 && !call->isOverdue && now - started > limit) overdue.push_back(call);
  }
  // What these answer may add calls. None is removed meanwhile: that happens in a task of the loop's own.
  for (auto* const call : overdue) {
    call->isOverdue = true;
    calls._overdue(*call);
  }
  if (!calls._calls.empty() && !calls._timer.armed()) calls._loop.arm(calls._timer, Period);
}

}  // namespace chat::gateway
