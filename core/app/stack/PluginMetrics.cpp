#include "app/stack/PluginMetrics.h"

#include <Poco/Logger.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace chat::app {
namespace {

constexpr std::string_view Prefix = "chat_plugin_";
constexpr std::string_view PluginLabel = "plugin";

class CounterSeries final : public plugin::Counter {
 public:
  explicit CounterSeries(prometheus::Counter& counter) : _counter(counter) {}
  void add(double by) noexcept override { _counter.Increment(by); }

 private:
  prometheus::Counter& _counter;
};

class GaugeSeries final : public plugin::Gauge {
 public:
  explicit GaugeSeries(prometheus::Gauge& gauge) : _gauge(gauge) {}
  void set(double value) noexcept override { _gauge.Set(value); }
  void add(double by) noexcept override { _gauge.Increment(by); }

 private:
  prometheus::Gauge& _gauge;
};

class HistogramSeries final : public plugin::Histogram {
 public:
  HistogramSeries(prometheus::Histogram& histogram, std::vector<double> bounds)
      : buckets(std::move(bounds)), _histogram(histogram) {}
  void observe(double value) noexcept override { _histogram.Observe(value); }

  const std::vector<double> buckets;

 private:
  prometheus::Histogram& _histogram;
};

bool isName(std::string_view text) {
  const auto isLetter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto isRest = [&](char c) { return isLetter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && isLetter(text.front()) && std::all_of(text.begin(), text.end(), isRest);
}

}  // namespace

struct PluginMetrics::Series {
  std::mutex mutex;
  std::map<std::string, CounterSeries> counters;  // by name and labels; under the mutex, like all here
  std::map<std::string, GaugeSeries> gauges;
  std::map<std::string, HistogramSeries> histograms;
  bool isOverTold = false;

  // Series over the limit count here; nothing reads it.
  prometheus::Counter unreadCounter;
  prometheus::Gauge unreadGauge;
  CounterSeries overCounter{unreadCounter};
  GaugeSeries overGauge{unreadGauge};
  std::map<std::vector<double>, std::pair<std::unique_ptr<prometheus::Histogram>, std::unique_ptr<HistogramSeries>>>
      overHistograms;

  std::size_t size() const { return counters.size() + gauges.size() + histograms.size(); }
};

/// The metrics of one generation of a plugin.
class PluginMetrics::View final : public plugin::Metrics {
 public:
  View(PluginMetrics& hub, Series& series, std::string plugin, std::size_t maxSeries)
      : _hub(hub), _series(series), _plugin(std::move(plugin)), _maxSeries(maxSeries) {}

  plugin::Counter& counter(std::string_view name, std::string_view help, plugin::MetricLabels labels) override {
    const auto key = keyOf(name, labels);
    const std::lock_guard lock(_series.mutex);
    if (const auto found = _series.counters.find(key); found != _series.counters.end()) return found->second;
    auto& family = familyOf(prometheus::BuildCounter(), name, help);
    if (isOver()) return _series.overCounter;
    return _series.counters.try_emplace(key, family.Add(labelsOf(labels))).first->second;
  }

  plugin::Gauge& gauge(std::string_view name, std::string_view help, plugin::MetricLabels labels) override {
    const auto key = keyOf(name, labels);
    const std::lock_guard lock(_series.mutex);
    if (const auto found = _series.gauges.find(key); found != _series.gauges.end()) return found->second;
    auto& family = familyOf(prometheus::BuildGauge(), name, help);
    if (isOver()) return _series.overGauge;
    return _series.gauges.try_emplace(key, family.Add(labelsOf(labels))).first->second;
  }

  plugin::Histogram& histogram(std::string_view name, std::string_view help, std::span<const double> buckets,
                               plugin::MetricLabels labels) override {
    const auto key = keyOf(name, labels);
    std::vector<double> bounds(buckets.begin(), buckets.end());
    if (!std::is_sorted(bounds.begin(), bounds.end(), std::less_equal<>())) {
      throw std::invalid_argument("the buckets of metric '" + std::string(name) + "' don't grow");
    }
    const std::lock_guard lock(_series.mutex);
    if (const auto found = _series.histograms.find(key); found != _series.histograms.end()) {
      if (found->second.buckets == bounds) return found->second;
      throw std::invalid_argument("metric '" + std::string(name) + "' has other buckets already");
    }
    auto& family = familyOf(prometheus::BuildHistogram(), name, help);
    if (isOver()) return over(bounds);
    return _series.histograms.try_emplace(key, family.Add(labelsOf(labels), bounds), bounds).first->second;
  }

 private:
  static std::string keyOf(std::string_view name, plugin::MetricLabels labels) {
    if (!isName(name))
      throw std::invalid_argument('\'' + std::string(name) + "' is not a valid name of a metric: [a-z][a-z0-9_]*");
    std::map<std::string, std::string> sorted;
    for (const auto& label : labels) {
      if (!isName(label.name) || label.name == PluginLabel) {
        throw std::invalid_argument('\'' + std::string(label.name) + "' is not a valid label of metric '" +
                                    std::string(name) + '\'');
      }
      sorted[std::string(label.name)] = label.value;
    }
    std::string key(name);
    for (const auto& [label, value] : sorted) (((key += '\0') += label) += '\0') += value;
    return key;
  }

  prometheus::Labels labelsOf(plugin::MetricLabels labels) const {
    prometheus::Labels all{{std::string(PluginLabel), _plugin}};
    for (const auto& label : labels) all[std::string(label.name)] = label.value;
    return all;
  }

  // Throws std::invalid_argument if the name is used by another kind of metric already.
  template <typename Metric>
  prometheus::Family<Metric>& familyOf(prometheus::detail::Builder<Metric> builder, std::string_view name,
                                       std::string_view help) {
    return builder.Name(std::string(Prefix) + std::string(name)).Help(std::string(help)).Register(_hub._registry);
  }

  bool isOver() {
    if (_series.size() < _maxSeries) return false;
    if (!std::exchange(_series.isOverTold, true)) {
      Poco::Logger::get("plugin." + _plugin)
          .warning("plugin " + _plugin + " has more than " + std::to_string(_maxSeries) +
                   " series of metrics (plugin." + _plugin + ".metricSeries): further ones are not exported");
    }
    return true;
  }

  plugin::Histogram& over(const std::vector<double>& bounds) {
    auto& [histogram, series] = _series.overHistograms[bounds];
    if (!series) {
      histogram = std::make_unique<prometheus::Histogram>(bounds);
      series = std::make_unique<HistogramSeries>(*histogram, bounds);
    }
    return *series;
  }

  PluginMetrics& _hub;
  Series& _series;
  const std::string _plugin;
  const std::size_t _maxSeries;
};

PluginMetrics::PluginMetrics() = default;

PluginMetrics::~PluginMetrics() = default;

std::unique_ptr<plugin::Metrics> PluginMetrics::open(const std::string& plugin, std::size_t maxSeries) {
  const std::lock_guard lock(_mutex);
  auto& series = _plugins[plugin];
  if (!series) series = std::make_unique<Series>();
  return std::make_unique<View>(*this, *series, plugin, maxSeries);
}

}  // namespace chat::app
