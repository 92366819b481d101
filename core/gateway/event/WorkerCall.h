#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/call/TimedCalls.h"
#include "gateway/endpoint/CallerSnapshot.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/endpoint/Revocations.h"
#include "gateway/reply/LateAnswer.h"
#include "gateway/reply/RecordedReply.h"
#include "plugin/call/PluginCall.h"
#include "plugin/run/Generation.h"
#include "plugin/table/HandlerTable.h"

namespace chat::gateway {

/// How far an event has come among the handlers that every event passes (plugin::Stages).
struct StageProgress {
  std::shared_ptr<const plugin::Stages> stages;  ///< null if there are none
  std::size_t next = 0;
  bool acknowledged = false;  ///< by one of them
};

/// Events of one endpoint on their way through the workers of one plugin: made on the endpoint's loop, run on a worker,
/// concluded on the loop.
///
/// What a client sends in one go takes the way to a worker and back together, since each of its events waits for the
/// one before it anyway. What is left after an event that took long, or that changed who the client is, goes back
/// undone: the answers of quick events don't wait for slow ones, nor is anything handled for somebody who has gone.
/// So an event that isn't the first begins within some microseconds of the first, and the time-out is each event's own.
struct WorkerCall : TimedCall {
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
  std::optional<Sendable> sendable;  ///< what its replies are checked by
  plugin::CallGuard guard;
  LateOwner* late = nullptr;  ///< where answers are brought that follow later; null if there can be none
  std::vector<Step> steps;
  base::TimePoint received{};  ///< its first event, by the machine's clock
  Revocations::Watch revoked;  ///< since its first event was received: a handler may look a credential up
  std::size_t done = 0;        ///< so many of the steps were run

  // How far it is, for the loop while it runs.
  Progress current;  ///< the step that runs; those before it are done

  // For a handler that every event passes: one step, which isn't the event's last.
  plugin::PacketHandler* packet = nullptr;  ///< in place of the step's handler
  StageProgress progress;
  std::shared_ptr<plugin::EventStats> stageStats;  ///< holds the step's

  bool takes(const plugin::Generation& generation, const Endpoint& asking) const noexcept {
    return steps.size() < MaxSteps && plugin.get() == &generation && caller->who == asking.who &&
           caller->values == asking.values;
  }
  /// On a worker: at least the first step.
  void run();
};

}  // namespace chat::gateway
