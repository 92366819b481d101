#pragma once

#include "app/settings/Settings.h"

namespace chat::app {

/// Directs the log to the output that the settings name. To be called on the main thread, before other threads log.
/// Errors: Poco::Exception if the file can't be written.
void startLogging(const Settings::Logging& settings);

}  // namespace chat::app
