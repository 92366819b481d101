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
#include "plugin/EventStats.h"

namespace chat::gateway {

/// What a loop's handler is at: written by the loop around each inline call, read by the watchdog.
class InlineMark {
 public:
  void begin(plugin::EventStats& stats, std::uint64_t generation) noexcept {
    _generation.store(generation, std::memory_order_relaxed);
    _sequence.store(_sequence.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    _stats.store(&stats, std::memory_order_release);
  }
  void end() noexcept { _stats.store(nullptr, std::memory_order_relaxed); }

 private:
  friend class InlineWatchdog;
  std::atomic<plugin::EventStats*> _stats{nullptr};
  std::atomic<std::uint64_t> _sequence{0};
  std::atomic<std::uint64_t> _generation{0};
};

/// Looks at the loops' marks from a thread of its own, so that the loops read no clock for it: an inline handler that
/// is at the same call for longer than the limit holds up all that its loop serves. It runs on its plugin's workers
/// from then on, until the plugin is replaced, and a log line says so.
class InlineWatchdog {
 public:
  InlineWatchdog(base::Duration limit, Poco::Logger& logger) : _limit(limit), _logger(logger) {}
  ~InlineWatchdog();

  /// The marks by loop, which outlive it. Not with a limit of 0.
  void start(std::vector<InlineMark*> marks);
  void stop();
  std::uint64_t moved() const noexcept { return _moved.load(std::memory_order_relaxed); }

 private:
  void run();

  const base::Duration _limit;
  Poco::Logger& _logger;
  std::vector<InlineMark*> _marks;
  std::atomic<std::uint64_t> _moved{0};
  std::mutex _mutex;
  std::condition_variable _wake;
  bool _stopping = false;
  std::thread _thread;
};

}  // namespace chat::gateway
