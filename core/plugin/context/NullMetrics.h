#pragma once

#include "plugin/api/Metrics.h"

namespace chat::plugin {

/// Metrics that go nowhere: what plugins get if the host exports none (HostServices::metrics). Thread: any.
class NullMetrics final : public Metrics {
 public:
  Counter& counter(std::string_view, std::string_view, MetricLabels) override { return _counter; }
  Gauge& gauge(std::string_view, std::string_view, MetricLabels) override { return _gauge; }
  Histogram& histogram(std::string_view, std::string_view, std::span<const double>, MetricLabels) override {
    return _histogram;
  }

 private:
  struct NullCounter final : Counter {
    void add(double) noexcept override {}
  };
  struct NullGauge final : Gauge {
    void set(double) noexcept override {}
    void add(double) noexcept override {}
  };
  struct NullHistogram final : Histogram {
    void observe(double) noexcept override {}
  };

  NullCounter _counter;
  NullGauge _gauge;
  NullHistogram _histogram;
};

}  // namespace chat::plugin
