#pragma once

#include <Poco/Logger.h>

#include <optional>
#include <string>

#include "base/Clock.h"
#include "plugin/Generation.h"
#include "plugin/PluginCall.h"

namespace chat::gateway {

/// Tells the plugin's fault window of a call that failed, or took too long.
inline void recordFault(plugin::Generation& plugin, base::TimePoint now, Poco::Logger& logger) {
  if (!plugin.faults().failed(now, plugin.callsEnded())) return;
  poco_error(logger, "plugin " + plugin.identity().name +
                         " is out of service, as its handlers fail too often; it is tried again after a pause");
}

/// Counts a call that has ended, and tells the plugin's fault window. Thread: that of the slot's loop.
inline void recordCall(plugin::EventStats::Slot& slot, plugin::Generation& plugin,
                       const std::optional<plugin::CallFailure>& failure, base::TimePoint now, Poco::Logger& logger) {
  slot.calls.add();
  if (failure && failure->kind == plugin::CallFailure::Kind::Fault) {
    slot.faults.add();
    return recordFault(plugin, now, logger);
  }
  if (failure) (failure->kind == plugin::CallFailure::Kind::Refusal ? slot.refused : slot.unavailable).add();
  if (plugin.faults().succeeded()) {
    poco_information(logger, "plugin " + plugin.identity().name + " is back in service");
  }
}

}  // namespace chat::gateway
