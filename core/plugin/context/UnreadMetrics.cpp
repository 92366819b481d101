#include "plugin/context/MetricsHub.h"

namespace chat::plugin {

namespace {

class UnreadCounter final : public Counter {
  void add(double) noexcept override {}
};

class UnreadGauge final : public Gauge {
  void set(double) noexcept override {}
  void add(double) noexcept override {}
};

class UnreadHistogram final : public Histogram {
  void observe(double) noexcept override {}
};

class UnreadMetrics final : public Metrics {
 public:
  Counter& counter(std::string_view, std::string_view, MetricLabels) override { return _counter; }
  Gauge& gauge(std::string_view, std::string_view, MetricLabels) override { return _gauge; }
  Histogram& histogram(std::string_view, std::string_view, std::span<const double>, MetricLabels) override {
    return _histogram;
  }

 private:
  UnreadCounter _counter;
  UnreadGauge _gauge;
  UnreadHistogram _histogram;
};

}  // namespace

std::unique_ptr<Metrics> unreadMetrics() {
  return std::make_unique<UnreadMetrics>();
}

}  // namespace chat::plugin
