#include "plugin/call/CallDoor.h"

#include "base/LogCause.h"
#include "exec/WorkerPool.h"
#include "plugin/run/Generation.h"

namespace chat::plugin {

bool CallDoor::admits(Generation& plugin, const base::Clock& clock) noexcept {
  auto& faults = plugin.faults();
  return faults.isServing() || faults.admits(clock.now());
}

void CallDoor::notCalled(Generation& plugin, Slot& slot) noexcept {
  plugin.faults().notCalled();
  rejected(slot);
}

void CallDoor::ended(Generation& plugin, Slot& slot, const std::optional<CallFailure>& failure) {
  slot.calls.add();
  if (failure && failure->kind == CallFailure::Kind::Fault) {
    slot.faults.add();
    return failed(plugin);
  }
  if (failure) (failure->kind == CallFailure::Kind::Refusal ? slot.refused : slot.unavailable).add();
  if (plugin.faults().succeeded()) {
    poco_information(_logger, "plugin " + plugin.identity().name + " is back in service");
  }
}

bool CallDoor::tooLong(Generation& plugin, Slot& slot, exec::WorkerPool& threads, const std::string& what) {
  const bool isReplaced = threads.replaceStuck();
  base::warnCause(_logger, "overdue " + plugin.identity().name,
                  "plugin " + plugin.identity().name + ": " + what +
                      (isReplaced ? "" : ", and as many are stuck as there are threads for it"));
  slot.timeouts.add();
  failed(plugin);
  return isReplaced;
}

void CallDoor::stalled(Generation& plugin, Slot& slot) {
  slot.timeouts.add();
  failed(plugin);
}

void CallDoor::failed(Generation& plugin) {
  if (!plugin.faults().failed(_clock.now(), plugin.callsEnded())) return;
  poco_error(_logger, "plugin " + plugin.identity().name +
                          " is out of service, as its handlers fail too often; it is tried again after a pause");
}

std::string overItsTime(const Generation& plugin) {
  return "has run for more than " + std::to_string(plugin.limits().timeout.count()) + " ms";
}

}  // namespace chat::plugin
