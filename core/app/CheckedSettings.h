#pragma once

#include "app/Configuration.h"

namespace chat::app {

/// Checks every key and value, those of the plugins too, whose files are read but not run: what is asked when the
/// plugins' settings are read anew. Errors: ConfigurationError with a line for each fault.
Settings checkedSettings(const Configuration& configuration);

/// The same and all else that must be right before a server can start (startFaults, and that `plugins.enabled` and
/// `plugins.disabled` name plugins that are there). What the start and `--check-config` ask.
Settings startableSettings(const Configuration& configuration);

}  // namespace chat::app
