#include "plugin/call/CallDoor.h"

#include "base/LogCause.h"
#include "plugin/call/Callee.h"

namespace chat::plugin {

bool CallDoor::admits(Callee& plugin, const base::Clock& clock) noexcept {
  auto& faults = plugin.faults();
  return faults.isServing() || faults.admits(clock.now());
}

void CallDoor::notCalled(Callee& plugin, Slot& slot) noexcept {
  plugin.faults().notCalled();
  rejected(slot);
}

void CallDoor::ended(Callee& plugin, Slot& slot, const std::optional<CallFailure>& failure) {
  slot.calls.add();
  if (failure && failure->kind == CallFailure::Kind::Fault) {
    slot.faults.add();
    return failed(plugin);
  }
  if (failure) (failure->kind == CallFailure::Kind::Refusal ? slot.refused : slot.unavailable).add();
  if (plugin.faults().succeeded()) {
    poco_information(_logger, "plugin " + plugin.name() + " is back in service");
  }
}

bool CallDoor::tooLong(Callee& plugin, Slot& slot, exec::WorkerPool& threads, const std::string& what) {
  const bool isReplaced = threads.replaceStuck();
  base::warnCause(
      _logger, "overdue " + plugin.name(),
      "plugin " + plugin.name() + ": " + what +
          (isReplaced ? "" : "; its thread isn't replaced, since as many are stuck already as there are threads"));
  slot.timeouts.add();
  failed(plugin);
  return isReplaced;
}

void CallDoor::tooLate(Callee& plugin, Slot& slot, const std::string& what) {
  base::warnCause(_logger, "overdue " + plugin.name(), "plugin " + plugin.name() + ": " + what);
  slot.timeouts.add();
  failed(plugin);
}

void CallDoor::stalled(Callee& plugin, Slot& slot) {
  slot.timeouts.add();
  failed(plugin);
}

void CallDoor::failed(Callee& plugin) {
  if (!plugin.faults().failed(_clock.now(), plugin.callsEnded())) return;
  poco_error(_logger, "plugin " + plugin.name() +
                          " is out of service, as its handlers fail too often; it is tried again after a pause");
}

std::string overItsTime(const Callee& plugin) {
  return "has run for more than " + std::to_string(plugin.limits().timeout.count()) + " ms";
}

}  // namespace chat::plugin
