#include "gateway/admission/Handshakes.h"

#include <string>
#include <utility>

#include "exec/WorkerPool.h"
#include "gateway/call/Refusal.h"
#include "net/Loop.h"
#include "plugin/run/Generation.h"

namespace chat::gateway {

std::shared_ptr<engineio::HandshakeGate::Question> Handshakes::ask(std::shared_ptr<const engineio::Handshake> handshake,
                                                                   std::string_view transport, Decided decided) {
  auto call = std::make_shared<HandshakeCall>(*this, std::move(handshake), transport, std::move(decided));
  if (!call->take(_calls.guardAll(&plugin::HandlerTable::handshakes))) {
    call->decide({engineio::RefusalCause::NotAvailable, plugin::beingReplaced().text});
    return nullptr;
  }
  return advance(call) ? call : nullptr;
}

// Hands the call to the next plugin's workers. False if it is decided instead.
bool Handshakes::advance(const std::shared_ptr<HandshakeCall>& call) {
  auto* const step = call->step();
  if (!step) {
    call->allow();
    return false;
  }
  auto refusal = _calls.refusalOf(*step->plugin, *step->stats);
  if (!refusal) {
    base::Task task = [this, call] {
      call->run();
      _calls.loop().post([this, call] { returned(call); });
    };
    if (step->plugin->workers().trySubmit(std::move(task))) return true;
    refusal = _calls.queueFull(*step->plugin, *step->stats);
  }
  call->decide({engineio::RefusalCause::NotAvailable, std::move(refusal->text)});
  return false;
}

void Handshakes::returned(const std::shared_ptr<HandshakeCall>& call) {
  auto& step = *call->step();
  if (call->isReplaced) step.plugin->workers().stuckReturned();
  if (call->isOverdue) return;
  if (!call->wasRun()) return step.plugin->faults().notCalled();
  _calls.ended(*step.stats, *step.plugin, call->took(), call->failure());
  if (call->isWithdrawn()) return;
  if (call->failure()) return refuse(*call, *call->failure());
  call->goOn();
  advance(call);
}

void Handshakes::overdue(HandshakeCall& call) {
  auto& step = *call.step();
  call.isOverdue = true;
  call.isReplaced = _calls.tooLong(*step.stats, *step.plugin, step.plugin->workers(),
                                   "its handshake handler has not returned in engine.handshakeTimeout; answered 503");
}

void Handshakes::refuse(HandshakeCall& call, const plugin::CallFailure& failure) {
  const auto refusal = explain(failure, "handshake", _calls.logger());
  const bool isMeant = failure.kind == plugin::CallFailure::Kind::Refusal;
  engineio::HandshakeVerdict verdict{isMeant ? engineio::RefusalCause::NotAllowed
                                             : engineio::RefusalCause::NotAvailable};
  verdict.message = refusal.detail;
  verdict.retryAfter = refusal.retryAfterSeconds;
  call.decide(std::move(verdict));
}

}  // namespace chat::gateway
