#include "gateway/Handshakes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/LogCause.h"
#include "exec/WorkerPool.h"
#include "gateway/CallOutcome.h"
#include "gateway/Refusal.h"
#include "gateway/SharedParts.h"
#include "net/Loop.h"
#include "plugin/Generation.h"

namespace chat::gateway {
namespace {

constexpr int MaxAttempts = 16;  // each one more means a replacement in the same moment

}  // namespace

std::shared_ptr<engineio::HandshakeGate::Question> Handshakes::ask(std::shared_ptr<const engineio::Handshake> handshake,
                                                                   engineio::TransportKind transport, Decided decided) {
  auto call = std::make_shared<HandshakeCall>(*this, std::move(handshake), transport, std::move(decided));
  if (!holdHandlers(*call)) {
    call->decide({engineio::RefusalCause::NotAvailable, "The server is being changed; try again."});
    return nullptr;
  }
  return advance(call) ? call : nullptr;
}

// All of one table, so that none of them is replaced half way.
bool Handshakes::holdHandlers(HandshakeCall& call) {
  for (int attempt = 0; attempt < MaxAttempts; ++attempt) {
    const auto& routes = _tables.current().handshakes();
    if (std::all_of(routes.begin(), routes.end(), [&](const auto& route) { return call.add(route); })) return true;
    call.clear();
  }
  return false;
}

// Hands the call to the next plugin's workers. False where it is decided instead.
bool Handshakes::advance(const std::shared_ptr<HandshakeCall>& call) {
  auto* const step = call->step();
  if (!step) {
    call->allow();
    return false;
  }
  auto& faults = step->plugin->faults();
  if (faults.admits(_loop.now())) {
    base::Task task = [this, call] {
      call->run();
      _loop.post([this, call] { returned(call); });
    };
    if (step->plugin->workers().trySubmit(std::move(task))) return true;
    faults.notCalled();
  }
  step->stats->slot(_loop.index()).rejected.add();
  call->decide({engineio::RefusalCause::NotAvailable, std::string(Busy)});
  return false;
}

void Handshakes::returned(const std::shared_ptr<HandshakeCall>& call) {
  auto& step = *call->step();
  if (call->isReplaced) step.plugin->workers().stuckReturned();
  if (call->isOverdue) return;
  if (!call->wasRun()) return step.plugin->faults().notCalled();
  auto& slot = step.stats->slot(_loop.index());
  slot.took(call->took());
  recordCall(slot, *step.plugin, call->failure(), _loop.now(), _logger);
  if (call->isWithdrawn()) return;
  if (call->failure()) return refuse(*call, *call->failure());
  call->goOn();
  advance(call);
}

void Handshakes::overdue(HandshakeCall& call) {
  auto& step = *call.step();
  call.isOverdue = true;
  call.isReplaced = step.plugin->workers().replaceStuck();
  base::warnCause(_logger, "overdue " + step.plugin->identity().name,
                  "plugin " + step.plugin->identity().name +
                      ": its handshake handler has not returned in engine.handshakeTimeout; answered 503" +
                      (call.isReplaced ? "" : ", and as many are stuck as the plugin has threads"));
  step.stats->slot(_loop.index()).timeouts.add();
  recordFault(*step.plugin, _loop.now(), _logger);
}

void Handshakes::refuse(HandshakeCall& call, const plugin::CallFailure& failure) {
  const auto refusal = explain(failure, "handshake", _logger);
  const bool isMeant = failure.kind == plugin::CallFailure::Kind::Refusal;
  engineio::HandshakeVerdict verdict{isMeant ? engineio::RefusalCause::NotAllowed
                                             : engineio::RefusalCause::NotAvailable};
  verdict.message = refusal.detail;
  verdict.retryAfter = refusal.retryAfterSeconds;
  call.decide(std::move(verdict));
}

}  // namespace chat::gateway
