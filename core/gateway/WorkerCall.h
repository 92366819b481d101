#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/CallerSnapshot.h"
#include "gateway/Endpoint.h"
#include "gateway/RecordedReply.h"
#include "plugin/Generation.h"
#include "plugin/HandlerTable.h"
#include "plugin/PluginCall.h"

namespace chat::gateway {

/// A number that a worker writes and the loop reads, with all that was written before it.
class Progress {
 public:
  Progress() = default;
  Progress(Progress&& other) noexcept : _value(other.get()) {}
  void set(std::int64_t value) noexcept { _value.store(value, std::memory_order_release); }
  std::int64_t get() const noexcept { return _value.load(std::memory_order_acquire); }

 private:
  std::atomic<std::int64_t> _value{0};
};

/// How far an event has come among the handlers that every event passes.
struct Passage {
  std::shared_ptr<const plugin::Stages> stages;  ///< null where there are none
  std::size_t next = 0;
  bool acknowledged = false;  ///< by one of them
};

/// Events of one endpoint on their way through the workers of one plugin: made on the endpoint's loop, run on a worker,
/// concluded on the loop.
///
/// What a client sends in one go takes the way to a worker and back together, since each of its events waits for the
/// one before it anyway. What is left after an event that took long, or that changed who the client is, goes back
/// undone: the answers of quick events don't wait for slow ones, nor is anything handled for somebody who has gone.
struct WorkerCall {
  /// Events that one call carries at most.
  static constexpr std::size_t MaxSteps = 32;

  struct Step {
    OwnedEvent event;
    plugin::EventHandler* handler;
    RecordedReply reply;
    std::optional<plugin::CallFailure> failure;
    plugin::EventStats* stats = nullptr;  // the plugin's
    std::chrono::steady_clock::duration took{};
    bool acknowledged = false;  ///< before it came here
  };

  EndpointHandle endpoint;
  std::shared_ptr<const CallerSnapshot> caller;
  std::shared_ptr<plugin::Generation> plugin;
  plugin::CallGuard guard;
  std::vector<Step> steps;
  std::size_t done = 0;  ///< so many of the steps were run

  // How far it is, for the loop while it runs.
  Progress started;        ///< milliseconds of the steady clock; 0 while it waits for a worker
  Progress current;        ///< the step that runs; those before it are done
  bool isOverdue = false;  ///< the client has been answered, and the rest is nobody's; the loop's
  std::size_t place = 0;   ///< among the loop's calls; the loop's

  // For a handler that every event passes: one step, which isn't the event's last.
  plugin::PacketHandler* packet = nullptr;  ///< in place of the step's handler
  Passage passage;
  std::shared_ptr<plugin::EventStats> stageStats;  ///< holds the step's

  bool takes(const plugin::Generation& generation, const Endpoint& asking) const noexcept {
    return steps.size() < MaxSteps && plugin.get() == &generation && caller->who == asking.who &&
           caller->values == asking.values;
  }
  /// On a worker: at least the first step.
  void run();
};

}  // namespace chat::gateway
