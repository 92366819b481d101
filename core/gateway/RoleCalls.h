#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/TimedCalls.h"
#include "plugin/Generation.h"
#include "plugin/PluginCall.h"

namespace chat::gateway {

class Shard;

/// Handlers of connections rather than of events, asked one after the other on an admission thread: those of CONNECT,
/// or those that hear of an end. Made on its loop, run on the thread, concluded on the loop.
class RoleCall : public TimedCall {
 public:
  virtual ~RoleCall() = default;
  /// On an admission thread.
  virtual void run() = 0;
  /// On the loop: all were asked, or the one that is asked has taken `tooLong`; then what it still does is dropped.
  virtual void concluded(const plugin::CallFailure* tooLong) = 0;

 protected:
  using Failure = std::optional<plugin::CallFailure>;

  /// Before the first step: so many at most.
  void reserve(std::size_t steps) { _steps.reserve(steps); }
  /// Calls a plugin, which may take its time-out. `plugin` and `stats` outlive this.
  template <typename Call>
  const Failure& step(plugin::Generation& plugin, plugin::EventStats& stats, Call&& call) {
    auto& step = begin(plugin, stats);
    const auto start = std::chrono::steady_clock::now();
    begins(start, plugin.limits().timeout);
    step.failure = plugin::callPlugin(std::forward<Call>(call));
    due.set(0);
    step.took = std::chrono::steady_clock::now() - start;
    return step.failure;
  }
  /// The plugin isn't asked, as it is out of service.
  void reject(plugin::Generation& plugin, plugin::EventStats& stats) { begin(plugin, stats).isRejected = true; }
  /// Whether a step took too long: nobody waits for the rest.
  bool isAbandoned() const noexcept { return _abandoned.get() != 0; }

 private:
  friend class RoleCalls;
  struct Step {
    plugin::Generation* plugin;
    plugin::EventStats* stats;
    std::chrono::steady_clock::duration took{};
    Failure failure;
    bool isRejected = false;
  };
  Step& begin(plugin::Generation& plugin, plugin::EventStats& stats) {
    auto& step = _steps.emplace_back(Step{&plugin, &stats, {}, {}});
    _current.set(static_cast<std::int64_t>(_steps.size() - 1));
    return step;
  }

  std::vector<Step> _steps;  // none moves: the loop looks at those before the current one while it runs
  Progress _current;
  Progress _abandoned;
};

/// The calls of one loop for which handlers of connections are asked. Thread: the loop's.
class RoleCalls {
 public:
  explicit RoleCalls(Shard& shard);

  /// False, and the call has gone, where too many wait already or the server ends.
  [[nodiscard]] bool submit(std::unique_ptr<RoleCall> call);

 private:
  void notifyLater();
  void complete(RoleCall& call);
  void overdue(RoleCall& call);
  void record(const RoleCall& call, std::size_t steps);

  Shard& _shard;
  TimedCalls _calls;
  bool _notifies = false;  // at the end of this turn
};

}  // namespace chat::gateway
