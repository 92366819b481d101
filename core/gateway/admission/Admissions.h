#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "gateway/admission/AdmissionCall.h"
#include "gateway/admission/AnonymousSweep.h"
#include "gateway/call/ConnectionCalls.h"
#include "gateway/call/LoopCalls.h"
#include "gateway/delivery/Delivery.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/endpoint/Revocations.h"
#include "gateway/event/EventPipeline.h"
#include "gateway/reply/IdentityEnds.h"
#include "gateway/reply/ReplyContext.h"
#include "plugin/call/PluginCall.h"

namespace chat::gateway {

/// Those of one loop who ask to come in: past the plugins, and into a replay if a handler asked for one. Thread: the
/// loop's.
class Admissions {
 public:
  /// The server's threads on which handlers are asked.
  struct Threads {
    ConnectionCalls& connects;
    ConnectionCalls& replays;
  };
  Admissions(LoopCalls& calls, const ReplyContext& replies, IdentityEnds& ends, Delivery& delivery,
             EventPipeline& events, Threads threads) noexcept;

  /// A client has come, which will ask for admission.
  Endpoint& open(std::unique_ptr<Endpoint> endpoint);

  using Decided = AdmissionCall::Decided;
  /// Asks the plugins whether the endpoint may come in with this payload of CONNECT; and before, if its namespace isn't
  /// there (Endpoint::isServed), whether there is to be one. `decided` hears it on the loop, unless the client left
  /// meanwhile. The identity is then set, unless its credential was revoked since `revoked` began, and a replay begins
  /// if a handler asked for one. The endpoint counts as running until then.
  void admit(Endpoint& endpoint, std::string_view auth, const Revocations::Watch& revoked, Decided decided);
  /// The event `auth`, by which a client shows a token on a connection that is open already: asks the plugins, and
  /// answers the event.
  void authenticate(Endpoint& endpoint, const IncomingEvent& event);

  /// For the call itself. `tooLong`: a handler is at it still; what it writes isn't looked at, now or later.
  void concluded(AdmissionCall& call, const plugin::CallFailure* tooLong);

 private:
  /// What the namespace handlers say if all of them run on the loop; nothing if they don't, or one is being replaced.
  std::optional<AdmissionVerdict> askNamespacesInline(Endpoint& endpoint, std::string_view auth);
  void keepAuth(Endpoint& endpoint, std::string_view auth);
  void letIn(Endpoint& endpoint, AdmissionCall& call);
  void replay(Endpoint& endpoint, AdmissionCall& call);
  void answerAuth(Endpoint& endpoint, const AckTicket& ticket, const AdmissionVerdict& verdict);

  LoopCalls& _calls;
  const ReplyContext& _replies;
  IdentityEnds& _ends;
  Delivery& _delivery;
  EventPipeline& _events;
  const Threads _threads;
  AnonymousSweep _anonymous;
};

}  // namespace chat::gateway
