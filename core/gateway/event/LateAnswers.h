#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

#include "gateway/call/LoopCalls.h"
#include "gateway/call/TimedCalls.h"
#include "gateway/reply/LateAnswer.h"
#include "gateway/reply/ReplyContext.h"

namespace chat::gateway {

/// The answers of one loop that follow after their handlers have returned, and those behind them: what one socket asks
/// is answered in its order. So while answers are pending a socket's further events are handled only if their handler
/// is the one that answers later, and what it answers at once waits here. Thread: the loop's, but `loop`.
class LateAnswers final : public LateOwner {
 public:
  /// What a handler has answered to an event, or will.
  struct Answer {
    OwnedEvent event;
    bool acknowledged = false;                      ///< before the handler was called
    const plugin::EventHandler* handler = nullptr;  ///< null if it wasn't called
    std::shared_ptr<plugin::Generation> plugin{};   ///< of the handler, unless it is late
    RecordedReply reply{};                          ///< unless it is late
    std::optional<plugin::CallFailure> failure{};
    std::shared_ptr<LateAnswer> late{};  ///< null if the handler has answered at once
  };
  class Owner {
   public:
    /// It is this answer's turn: `failure` or `reply` is to be carried out.
    virtual void answered(Endpoint& endpoint, Answer& answer) = 0;
    /// No answer of the endpoint can be carried out at present.
    virtual void rested(Endpoint& endpoint) = 0;

   protected:
    ~Owner() = default;
  };

  LateAnswers(LoopCalls& calls, const ReplyContext& replies, Owner& owner);

  net::Loop& loop() const noexcept override { return _calls.loop(); }
  /// The handler's call has ended with that, and its answer is late or the endpoint has pending ones.
  void add(Endpoint& endpoint, Answer answer);
  /// Whether an event of that handler may be handled now, as far as answers are pending.
  bool mayBegin(const Endpoint& endpoint, const plugin::EventHandler* handler) const;
  void finished(LateAnswer& answer) override;

 private:
  void overdue(LateAnswer& answer);
  void settle(const EndpointHandle& handle);

  LoopCalls& _calls;
  const ReplyContext& _replies;
  Owner& _owner;
  TimedCalls _timed;
  std::unordered_map<std::uint32_t, std::deque<Answer>> _answers;  ///< by the endpoint's slot; none is empty
};

}  // namespace chat::gateway
