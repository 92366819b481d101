#include "gateway/call/InlineWatchdog.h"

#include <pthread.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/LogCause.h"

namespace chat::gateway {

InlineWatchdog::~InlineWatchdog() {
  stop();
}

void InlineWatchdog::start(std::vector<InlineMark*> marks) {
  if (_limit.count() == 0) return;
  _marks = std::move(marks);
  _thread = std::thread([this] { run(); });
  pthread_setname_np(_thread.native_handle(), "watchdog");
}

void InlineWatchdog::stop() {
  {
    const std::lock_guard lock(_mutex);
    _stopping = true;
  }
  _wake.notify_all();
  if (_thread.joinable()) _thread.join();
}

void InlineWatchdog::run() {
  struct Seen {
    std::uint64_t sequence = 0;
    int looks = 0;
  };
  constexpr int Looks = 2;  // the same call at two looks after the first: it has run for the limit at least
  std::vector<Seen> seen(_marks.size());
  const auto interval = std::max(base::Duration{1}, _limit / Looks);
  std::unique_lock lock(_mutex);
  while (!_wake.wait_for(lock, interval, [this] { return _stopping; })) {
    for (std::size_t loop = 0; loop < _marks.size(); ++loop) {
      const auto& mark = *_marks[loop];
      const auto sequence = mark._sequence.load(std::memory_order_acquire);
      auto* const stats = mark._stats.load(std::memory_order_acquire);
      const bool isSame = sequence == seen[loop].sequence && sequence == mark._sequence.load(std::memory_order_relaxed);
      if (stats == nullptr || !isSame) {
        seen[loop] = {sequence, 0};
        continue;
      }
      if (++seen[loop].looks != Looks) continue;
      hasStalled(loop, *stats, sequence);
    }
  }
}

void InlineWatchdog::hasStalled(std::size_t loop, plugin::EventStats& stats, std::uint64_t sequence) {
  auto& mark = *_marks[loop];
  const auto generation = mark._generation.load(std::memory_order_relaxed);
  const bool moves = mark._onStall.load(std::memory_order_relaxed) == InlineMark::OnStall::Moves;
  mark._stalledSequence.store(sequence, std::memory_order_relaxed);
  if (moves) {
    stats.movedGeneration = generation;
    ++_moved;
  }
  base::warnCause(_logger, "held",
                  "an inline handler of generation " + std::to_string(generation) + " holds loop-" +
                      std::to_string(loop) + " for more than " + std::to_string(_limit.count()) + " ms; " +
                      (moves ? "from now on it runs on workers"
                             : "as it can't run elsewhere, each such call is a fault of its plugin"));
  ++_heldCalls;
}

}  // namespace chat::gateway
