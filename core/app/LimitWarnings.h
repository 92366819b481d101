#pragma once

#include <string>
#include <vector>

#include "net/SystemLimits.h"

namespace chat::app {

/// What of the system's limits keeps the server from holding many clients, each with what to set.
std::vector<std::string> warningsOf(const net::SystemLimits& limits);

}  // namespace chat::app
