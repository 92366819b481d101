#pragma once

#include "app/settings/Configuration.h"

namespace chat::app {

/// Checks every key and value, also those of the plugins, whose files are read but not run. Used when the plugins'
/// settings are read again. Errors: ConfigurationError with a line for each fault.
Settings checkedSettings(const Configuration& configuration);

/// Also checks everything else that must be right before a server can start (startFaults, and that `plugins.enabled`
/// and `plugins.disabled` name existing plugins). Used by the start and by `--check-config`.
Settings startableSettings(const Configuration& configuration);

}  // namespace chat::app
