#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/SystemLimits.h"

namespace chat::app {

/// What of the system's limits keeps the server from holding the connections that `limits.connections` allows, 0 for
/// any number, or many; each with what to set.
std::vector<std::string> warningsOf(const net::SystemLimits& limits, std::uint64_t connections);

}  // namespace chat::app
