#pragma once

// Since API 1.1.

#include <initializer_list>
#include <span>
#include <string_view>

namespace chat::plugin {

/// A number that only grows. Thread: any, also a loop: one atomic addition.
class Counter {
 public:
  virtual ~Counter() = default;
  /// `by` at least 0.
  virtual void add(double by = 1) noexcept = 0;
};

/// A number that goes up and down. Thread: any, also a loop.
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double value) noexcept = 0;
  virtual void add(double by) noexcept = 0;
};

/// Counts values in buckets. Thread: any, also a loop.
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double value) noexcept = 0;
};

/// Distinguishes the series of one metric: `{"kind", "text"}`.
struct MetricLabel {
  std::string_view name;   ///< `[a-z][a-z0-9_]*`
  std::string_view value;  ///< any text; there should be few different ones
};
using MetricLabels = std::initializer_list<MetricLabel>;

/// Gives a plugin its metrics. On the operations port a metric `sent_total` of the plugin `chat` is
/// `chat_plugin_sent_total{plugin="chat"}`, in the format of Prometheus.
///
/// Get a metric once, in `start()`, and keep the reference: it belongs to the server and is valid until `stop()` has
/// returned. Asking again with the same name and labels gives the same one, also in the plugin's next generation:
/// counters go on. Names are `[a-z][a-z0-9_]*`; by Prometheus' custom a counter's ends with `_total`, and a unit is in
/// the name (`_seconds`, `_bytes`).
///
/// Thread: any. A look-up takes a lock, so don't do it for each event. Errors: std::invalid_argument for a name that
/// isn't allowed, and for one that belongs to another kind of metric or has other buckets. Limits: series beyond
/// `plugin.NAME.metricSeries` work, but aren't exported; the log says so once.
class Metrics {
 public:
  virtual ~Metrics() = default;
  /// `help` is one sentence for people.
  virtual Counter& counter(std::string_view name, std::string_view help, MetricLabels labels = {}) = 0;
  virtual Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels = {}) = 0;
  /// `buckets`: upper bounds, growing; the one for all the rest is added.
  virtual Histogram& histogram(std::string_view name, std::string_view help, std::span<const double> buckets,
                               MetricLabels labels = {}) = 0;
};

}  // namespace chat::plugin
