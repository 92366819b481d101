#pragma once

#include <string>
#include <vector>

#include "app/Settings.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::app {

/// Runs a plugin's command in this process: loads the plugin that declares it, with the database and without sockets,
/// while the server may be running or not. `words`: the command's name and what follows.
///
/// Gives the exit code: 0 done; 64 for words that make no sense; 75 where the database can't be reached; 1 where it is
/// refused otherwise, 70 where it fails. What it says goes to stdout, the reason of a refusal and the log's warnings to
/// stderr. Thread: main. Errors: ConfigurationError.
int runCommandHere(const Settings& settings, const plugin::PropertySource& properties,
                   const std::vector<std::string>& words);

}  // namespace chat::app
