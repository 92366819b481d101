#include "gateway/InlineWatchdog.h"

#include <pthread.h>

#include <algorithm>
#include <string>
#include <utility>

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
      auto* const stats = _marks[loop]->_stats.load(std::memory_order_acquire);
      const auto sequence = _marks[loop]->_sequence.load(std::memory_order_relaxed);
      if (stats == nullptr || sequence != seen[loop].sequence) {
        seen[loop] = {sequence, 0};
        continue;
      }
      if (++seen[loop].looks != Looks) continue;
      stats->movedGeneration = _marks[loop]->_generation.load(std::memory_order_relaxed);
      ++_moved;
      poco_warning(_logger, "an inline handler of generation " + std::to_string(stats->movedGeneration) +
                                " holds loop-" + std::to_string(loop) + " for more than " +
                                std::to_string(_limit.count()) + " ms; from now on it runs on its plugin's workers");
    }
  }
}

}  // namespace chat::gateway
