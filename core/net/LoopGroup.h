#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "net/Loop.h"

namespace chat::net {

/// The server's loops, one thread each. Made, started and stopped by the main thread; `at` and `size` are for any
/// thread.
class LoopGroup {
 public:
  /// `count` at least 1.
  LoopGroup(unsigned count, const Loop::Options& options, const base::Clock& clock = base::systemClock());
  ~LoopGroup();

  void start();
  /// Stops every loop and waits for the threads.
  void stop();
  unsigned size() const noexcept { return static_cast<unsigned>(_loops.size()); }
  Loop& at(unsigned index) noexcept { return *_loops[index]; }
  /// Whether the caller is on the thread of one of the loops, which must not wait. Thread: any.
  bool here() const noexcept;

  /// Runs `call` on every loop and returns when all have run it. Not from a loop.
  void onEach(const std::function<void(Loop&)>& call);

 private:
  std::vector<std::unique_ptr<Loop>> _loops;
  std::vector<std::thread> _threads;
};

}  // namespace chat::net
