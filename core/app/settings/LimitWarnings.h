#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/SystemLimits.h"

namespace chat::app {

/// A warning for each limit of the system that is too low for the number of connections that `limits.connections`
/// allows (0: any number), with what to set.
std::vector<std::string> warningsOf(const net::SystemLimits& limits, std::uint64_t connections);

}  // namespace chat::app
