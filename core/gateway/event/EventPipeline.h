#pragma once

#include <cstddef>
#include <string_view>

#include "base/LocalCounter.h"
#include "gateway/call/LoopCalls.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/event/EventStages.h"
#include "gateway/event/LateAnswers.h"
#include "gateway/event/WorkerCalls.h"
#include "gateway/reply/IdentityEnds.h"
#include "gateway/reply/ReplyContext.h"

namespace chat::gateway {

/// The way of one loop's events to their handlers, and of the answers back.
///
/// The events of one endpoint are handled one after the other in the order in which they came, wherever their handlers
/// run: while one is handled the others wait, and beyond `Options::waitingEvents` the client isn't read from. An event
/// whose answer follows later isn't handled any more: see LateAnswers. Thread: the loop's.
class EventPipeline final : private WorkerCalls::Owner, private LateAnswers::Owner {
 public:
  class Owner {
   public:
    /// The turn of an event `auth` of an endpoint with `ownAuth`: its client says who it is.
    virtual void authenticate(Endpoint& endpoint, const IncomingEvent& event) = 0;
    /// The client has gone and the last of its events was handled. Nothing runs for it any more.
    virtual void ended(Endpoint& endpoint) = 0;

   protected:
    ~Owner() = default;
  };

  /// `unknownEvents` counts events that nobody handles. All outlive the pipeline.
  EventPipeline(LoopCalls& calls, const ReplyContext& replies, IdentityEnds& ends, Owner& owner,
                base::LocalCounter& unknownEvents);

  /// An event has come.
  void receive(Endpoint& endpoint, const IncomingEvent& event);
  /// An event has come that no handler is to get. Its answer waits for those that are pending.
  void refuse(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure);
  /// The client has left (`endpoint.gone` is set); the endpoint lives until its last event was handled.
  void closed(Endpoint& endpoint);
  /// Goes on with what waited for the endpoint's last event, or for its admission, to be handled. The endpoint may be
  /// gone when this returns.
  void next(Endpoint& endpoint);
  /// From now on no event is taken: an unanswered one is sent again elsewhere, a half-done one would be lost.
  void drain() noexcept { _isDraining = true; }

 private:
  void concluded(WorkerCall& call, std::size_t done, const plugin::CallFailure* last) override;
  void answered(Endpoint& endpoint, LateAnswers::Answer& answer) override;
  void rested(Endpoint& endpoint) override;

  void dispatch(Endpoint& endpoint, const IncomingEvent& event);
  void pass(Endpoint& endpoint, const IncomingEvent& event, StageProgress progress);
  void handle(Endpoint& endpoint, const IncomingEvent& event, bool acknowledged);
  void runInline(Endpoint& endpoint, const IncomingEvent& event, const plugin::EventRoute& route, bool acknowledged);
  const plugin::EventRoute* joining(Endpoint& endpoint, std::string_view event);
  void follow(Endpoint& endpoint, LateAnswers::Answer answer);
  void answerFailure(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure);
  void tellFailure(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure);
  bool mayBegin(const Endpoint& endpoint, std::string_view event);
  void pauseIfFull(Endpoint& endpoint);
  void settle(Endpoint& endpoint);

  LoopCalls& _calls;
  const ReplyContext& _replies;
  IdentityEnds& _ends;
  Owner& _owner;
  base::LocalCounter& _unknownEvents;
  LateAnswers _late;
  WorkerCalls _workers;
  EventStages _stages;
  bool _isDraining = false;
};

}  // namespace chat::gateway
