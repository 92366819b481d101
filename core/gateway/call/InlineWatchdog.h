#pragma once

#include <Poco/Logger.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/Clock.h"
#include "plugin/call/EventStats.h"

namespace chat::gateway {

/// Which handler a loop is running: written by the loop around each inline call, read by the watchdog. A call may be
/// inside another one: a handler emits, and outgoing handlers are shown what leaves.
class InlineMark {
 public:
  /// What becomes of a handler that holds up its loop for longer than the limit.
  enum class OnStall : std::uint8_t {
    Moves,  ///< it runs on workers from then on
    Fails,  ///< it can't run elsewhere: each such call is a fault of its plugin, for the loop to count
  };
  /// The call that goes on when the one inside it has ended.
  struct Outer {
    plugin::EventStats* stats;
    std::uint64_t sequence;
    std::uint64_t generation;
    OnStall onStall;
  };

  Outer begin(plugin::EventStats& stats, std::uint64_t generation, OnStall onStall) noexcept {
    const Outer outer{_stats.load(std::memory_order_relaxed), _sequence.load(std::memory_order_relaxed),
                      _generation.load(std::memory_order_relaxed), _onStall.load(std::memory_order_relaxed)};
    _sequence.store(++_lastSequence, std::memory_order_relaxed);
    set(&stats, generation, onStall);
    return outer;
  }
  /// True if the call has held the loop for longer than the limit.
  bool end(const Outer& outer) noexcept {
    const bool hasStalled =
        _stalledSequence.load(std::memory_order_relaxed) == _sequence.load(std::memory_order_relaxed);
    set(outer.stats, outer.generation, outer.onStall);
    _sequence.store(outer.sequence, std::memory_order_release);
    return hasStalled;
  }

 private:
  friend class InlineWatchdog;
  void set(plugin::EventStats* stats, std::uint64_t generation, OnStall onStall) noexcept {
    _generation.store(generation, std::memory_order_relaxed);
    _onStall.store(onStall, std::memory_order_relaxed);
    _stats.store(stats, std::memory_order_release);
  }

  // The sequence is changed before the rest at a beginning and after it at an end, and the watchdog looks at it twice.
  std::atomic<plugin::EventStats*> _stats{nullptr};
  std::atomic<std::uint64_t> _sequence{0};
  std::atomic<std::uint64_t> _generation{0};
  std::atomic<OnStall> _onStall{OnStall::Moves};
  std::uint64_t _lastSequence = 0;                 // the loop's
  std::atomic<std::uint64_t> _stalledSequence{0};  // of a call that took too long; the watchdog's
};

/// Looks at the loops' marks from a thread of its own, so that the loops read no clock for it: an inline handler that
/// is at the same call for longer than the limit holds up all that its loop serves. A log line says so, and what
/// InlineMark::OnStall says happens; to be moved lasts until the plugin is replaced.
class InlineWatchdog {
 public:
  InlineWatchdog(base::Duration limit, Poco::Logger& logger) : _limit(limit), _logger(logger) {}
  ~InlineWatchdog();

  /// The marks by loop, which outlive it. Not with a limit of 0.
  void start(std::vector<InlineMark*> marks);
  void stop();
  /// Calls that held a loop; handlers that were moved for it.
  std::uint64_t held() const noexcept { return _heldCalls.load(std::memory_order_relaxed); }
  std::uint64_t moved() const noexcept { return _moved.load(std::memory_order_relaxed); }

 private:
  void run();
  void hasStalled(std::size_t loop, plugin::EventStats& stats, std::uint64_t sequence);

  const base::Duration _limit;
  Poco::Logger& _logger;
  std::vector<InlineMark*> _marks;
  std::atomic<std::uint64_t> _heldCalls{0};
  std::atomic<std::uint64_t> _moved{0};
  std::mutex _mutex;
  std::condition_variable _wake;
  bool _stopping = false;
  std::thread _thread;
};

}  // namespace chat::gateway
