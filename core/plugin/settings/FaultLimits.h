#pragma once

#include <cstddef>

#include "base/Clock.h"

namespace chat::plugin {

/// How many faults take a plugin out of service, and for how long; see FaultWindow. A value.
struct FaultLimits {
  std::size_t faults = 20;        ///< 0: it is never taken out of service
  base::Duration within{10'000};  ///< milliseconds, as all durations here
  base::Duration pause{5'000};    ///< the first one; each further one is twice as long, up to eight times the first
  bool operator==(const FaultLimits&) const = default;
};

}  // namespace chat::plugin
