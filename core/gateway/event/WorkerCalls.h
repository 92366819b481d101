#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "base/UniqueFunction.h"
#include "gateway/call/LoopCalls.h"
#include "gateway/call/TimedCalls.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/event/WorkerCall.h"
#include "gateway/reply/ReplyContext.h"

namespace chat::gateway {

/// The events of one loop that are with the plugins' workers. Thread: the loop's.
class WorkerCalls {
 public:
  class Owner {
   public:
    /// The first `done` steps of the call have ended. If `last` is set, the step after them has failed so, and no
    /// worker is waited for any more. The steps behind weren't begun.
    virtual void concluded(WorkerCall& call, std::size_t done, const plugin::CallFailure* last) = 0;

   protected:
    ~Owner() = default;
  };

  WorkerCalls(LoopCalls& calls, const ReplyContext& replies, LateOwner& late, Owner& owner);

  /// A call with this event as its one step, which has no handler yet.
  std::unique_ptr<WorkerCall> make(Endpoint& endpoint, const IncomingEvent& event,
                                   const std::shared_ptr<plugin::Generation>& plugin, plugin::CallGuard guard);
  /// Submits the call at the end of this turn: what a client sends in one turn goes to the workers together. Until
  /// then the endpoint's further events may join it.
  void collect(Endpoint& endpoint, std::unique_ptr<WorkerCall> call);
  /// The call of that endpoint that is submitted at the end of this turn; null if there is none.
  WorkerCall* collected(const Endpoint& endpoint) noexcept {
    return endpoint.collecting ? _collected[endpoint.collecting - 1].get() : nullptr;
  }
  /// Submits the call now. False, and the call is gone, if the plugin's queue is full; the owner isn't told.
  [[nodiscard]] bool submit(std::unique_ptr<WorkerCall> call);

 private:
  base::Task taskOf(std::unique_ptr<WorkerCall> call);
  void submitCollected();
  void refuse(WorkerCall& call);
  void countEnd(const WorkerCall& call, const WorkerCall::Step& step);
  void complete(WorkerCall& call);
  void overdue(WorkerCall& call);

  LoopCalls& _calls;
  const ReplyContext& _replies;
  LateOwner& _late;
  Owner& _owner;
  TimedCalls _timed;
  std::vector<std::unique_ptr<WorkerCall>> _collected;
};

}  // namespace chat::gateway
