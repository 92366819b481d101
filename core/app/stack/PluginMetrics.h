#pragma once

#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "plugin/context/MetricsHub.h"

namespace chat::app {

/// The plugins' own metrics, in a Prometheus registry as `chat_plugin_NAME{plugin="…"}`. Thread: any.
class PluginMetrics final : public plugin::MetricsHub {
 public:
  PluginMetrics();
  ~PluginMetrics() override;

  std::unique_ptr<plugin::Metrics> open(const std::string& plugin, std::size_t maxSeries) override;
  std::vector<prometheus::MetricFamily> collect() const { return _registry.Collect(); }

 private:
  class View;
  /// The series of one plugin, shared by all its generations.
  struct Series;

  prometheus::Registry _registry;
  std::mutex _mutex;
  std::map<std::string, std::unique_ptr<Series>> _plugins;  // by name; under _mutex
};

}  // namespace chat::app
