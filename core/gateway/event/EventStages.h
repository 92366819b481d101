#pragma once

#include <optional>

#include "gateway/call/LoopCalls.h"
#include "gateway/event/WorkerCalls.h"
#include "gateway/reply/ReplyContext.h"

namespace chat::gateway {

/// Leads events through the handlers that every event passes: packet handlers and handlers for any event
/// (plugin::Stages). Thread: the loop's.
class EventStages {
 public:
  /// What becomes of an event.
  enum class Next {
    Handler,  ///< it has passed all stages
    Waits,    ///< a worker has it; `completed` hears of the end
    Refused,  ///< a stage has refused it, or failed
  };
  struct Result {
    Next next = Next::Handler;
    std::optional<plugin::CallFailure> refusal;
  };

  EventStages(LoopCalls& calls, const ReplyContext& replies, WorkerCalls& workers) noexcept
      : _calls(calls), _replies(replies), _workers(workers) {}

  /// Leads an event through the stages that it has yet to pass. `progress` is moved from if the event waits.
  Result pass(Endpoint& endpoint, const IncomingEvent& event, StageProgress& progress);
  /// A worker's call of one stage has ended, with that failure or with none: carries its replies out. The event goes on
  /// with `call.progress` if the result says Handler.
  Result completed(Endpoint& endpoint, const IncomingEvent& event, WorkerCall& call,
                   const plugin::CallFailure* failure);

 private:
  Result runInline(Endpoint& endpoint, const IncomingEvent& event, const plugin::StageRoute& stage,
                   StageProgress& progress);
  Result submit(Endpoint& endpoint, const IncomingEvent& event, const plugin::StageRoute& stage,
                plugin::CallGuard guard, StageProgress& progress);
  Result afterFailure(const IncomingEvent& event, bool wasPacket, const plugin::CallFailure& failure);

  LoopCalls& _calls;
  const ReplyContext& _replies;
  WorkerCalls& _workers;
};

}  // namespace chat::gateway
