#pragma once

#include "app/Settings.h"

namespace chat::app {

/// Sends everything that is logged where the settings say. On the main thread, before others log.
/// Errors: Poco::Exception where the file can't be written.
void startLogging(const Settings::Logging& settings);

}  // namespace chat::app
