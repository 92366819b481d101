#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/call/TimedCalls.h"
#include "plugin/call/PluginCall.h"
#include "plugin/run/Generation.h"

namespace chat::exec {
class WorkerPool;
}

namespace chat::gateway {

class LoopCalls;

/// Handlers of connections rather than of events, asked one after the other on a thread of the server's: those that
/// decide who comes in, that replay what was missed, or that hear of an end. Made on its loop, run on the thread,
/// concluded on the loop.
///
/// The thread has it until `run` returns, or until a step has taken too long: from then on it is the loop's alone,
/// which lets go what is held for the steps that would have followed, so that one plugin's stuck handler doesn't keep
/// the others' from being replaced.
class ConnectionCall : public TimedCall {
 public:
  virtual ~ConnectionCall() = default;
  /// On the thread.
  virtual void run() = 0;
  /// On the loop: all were asked, or the one that is asked has taken `tooLong`; then what it still does is dropped.
  virtual void concluded(const plugin::CallFailure* tooLong) = 0;
  /// On the loop: the step that had taken too long has ended after all.
  virtual void returnedLate() {}

 protected:
  using Failure = std::optional<plugin::CallFailure>;

  /// Whether the plugin is in service, and so must be called now; else it counts as asked in vain.
  [[nodiscard]] bool admits(plugin::Generation& plugin, plugin::EventStats& stats);
  /// Calls a plugin, which may take its time-out. False if it has taken longer: the thread then returns from `run`
  /// and leaves this call alone. `plugin` and `stats` outlive this.
  template <typename Call>
  [[nodiscard]] bool step(plugin::Generation& plugin, plugin::EventStats& stats, Call&& call) {
    const auto start = begin(plugin, stats);
    return end(start, plugin::callPlugin(std::forward<Call>(call)));
  }
  /// Of the last step that has ended.
  const Failure& lastFailure() const noexcept { return _steps.back().failure; }
  /// Inside a step: runs `wait`, in which the plugin waits for something else than itself. That time isn't counted as
  /// the plugin's, and its time-out begins anew.
  template <typename Wait>
  auto notItsTime(Wait&& wait) {
    const auto start = pause();
    auto result = wait();
    goOn(start);
    return result;
  }
  /// Whether the step that runs has taken too long.
  bool isAbandoned() const noexcept { return _turn.load(std::memory_order_acquire) == Abandoned; }
  /// On the loop, once a step has taken too long: whose it is.
  const plugin::Generation& lastPlugin() const noexcept { return *_steps.back().plugin; }

 private:
  friend class ConnectionCalls;
  using Time = std::chrono::steady_clock::time_point;
  struct Step {
    plugin::Generation* plugin;
    plugin::EventStats* stats;
    std::chrono::steady_clock::duration took{};
    Failure failure;
    bool isRejected = false;
  };
  static constexpr std::int64_t None = -1;
  static constexpr std::int64_t Abandoned = -2;

  Time begin(plugin::Generation& plugin, plugin::EventStats& stats);
  bool end(Time start, Failure failure);
  Time pause() noexcept;
  void goOn(Time paused) noexcept;
  /// On the loop: takes the call from the thread, unless no step runs at this moment.
  bool abandon() noexcept;

  std::vector<Step> _steps;
  std::chrono::steady_clock::duration _waited{};  // in the step that runs
  std::atomic<std::int64_t> _turn{None};          // the step that runs; decides between the thread and the loop
};

/// The calls of one loop for which handlers of connections are asked on the threads of one pool. Thread: the loop's.
class ConnectionCalls {
 public:
  ConnectionCalls(LoopCalls& plugins, exec::WorkerPool& threads);

  /// False, and the call has gone, if too many wait already or the server ends.
  [[nodiscard]] bool submit(std::unique_ptr<ConnectionCall> call);

 private:
  void notifyLater();
  void complete(ConnectionCall& call);
  void overdue(ConnectionCall& call);
  void record(const ConnectionCall& call, std::size_t steps);

  LoopCalls& _plugins;
  exec::WorkerPool& _threads;
  TimedCalls _calls;
  bool _notifies = false;  // at the end of this turn
};

}  // namespace chat::gateway
