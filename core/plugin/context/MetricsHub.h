#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "plugin/api/Metrics.h"

namespace chat::plugin {

/// Where the plugins' metrics are exported. Thread: any.
class MetricsHub {
 public:
  virtual ~MetricsHub() = default;
  /// The metrics of the plugin of that name: each generation opens them, and counts on where the last one has ended.
  /// `maxSeries`: see Metrics. The hub outlives what it gives.
  virtual std::unique_ptr<Metrics> open(const std::string& plugin, std::size_t maxSeries) = 0;
};

}  // namespace chat::plugin
