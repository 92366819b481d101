#pragma once

#include <string>
#include <vector>

#include "app/Settings.h"

namespace chat::app {

/// What keeps a server with these settings from starting, as far as the configuration is to blame: a line for each
/// fault, which names the setting. The start and `--check-config` both ask this before anything is made, so that they
/// say the same.
///
/// What only the start can tell isn't among them: an address that is in use or that the machine doesn't have yet, a
/// database that is away. Files are read, nothing is written, nothing is connected to; a name to listen at is looked
/// up. Thread: main, before the server's threads.
std::vector<std::string> startFaults(const Settings& settings);

}  // namespace chat::app
