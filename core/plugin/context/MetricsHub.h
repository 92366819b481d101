#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "plugin/api/Metrics.h"

namespace chat::plugin {

/// Exports the metrics of plugins. Thread: any.
class MetricsHub {
 public:
  virtual ~MetricsHub() = default;
  /// The metrics of the plugin of that name. Each generation of the plugin opens them, and goes on from the values of
  /// the generation before it. `maxSeries`: see Metrics. The hub outlives the metrics that it gives.
  virtual std::unique_ptr<Metrics> open(const std::string& plugin, std::size_t maxSeries) = 0;
};

}  // namespace chat::plugin
