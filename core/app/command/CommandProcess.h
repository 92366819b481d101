#pragma once

#include <string>
#include <vector>

#include "app/settings/Settings.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::app {

/// Runs a plugin's command in this process: loads the plugin that declares it, with the database and without sockets. A
/// server may be running at the same time. `words`: the command's name and what follows.
///
/// Returns the exit code: 0 done; 64 for an invalid command; 75 if the database can't be reached; 1 if it is refused
/// for another reason; 70 if it fails. Its output goes to stdout, the reason of a refusal and the log's warnings to
/// stderr. Thread: main. Errors: ConfigurationError.
int runCommandHere(const Settings& settings, const plugin::PropertySource& properties,
                   const std::vector<std::string>& words);

}  // namespace chat::app
