#pragma once

#include <string>
#include <vector>

#include "app/settings/Settings.h"

namespace chat::app {

/// The faults of the configuration that keep a server with these settings from starting: a line for each, which names
/// the setting. The start and `--check-config` both call this before anything is created, so that they report the same.
///
/// Faults that only the start can find are not included: an address that is in use or that the machine doesn't have
/// yet, a database that can't be reached. Reads files, writes nothing, connects to nothing; looks up the name to listen
/// at. Thread: main, before the server's threads.
std::vector<std::string> startFaults(const Settings& settings);

}  // namespace chat::app
