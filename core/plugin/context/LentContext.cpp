#include "plugin/context/LentContext.h"

#include <stdexcept>
#include <utility>

#include "base/LogCause.h"
#include "data/Database.h"
#include "plugin/call/PluginCall.h"
#include "plugin/context/MetricsHub.h"

namespace chat::plugin {

LentContext::LentContext(std::string plugin, int apiMinor, SettingsSnapshot settings, const PluginLimits& limits,
                         HostParts parts, CallGate& gate, exec::WorkerPool& workers)
    : _plugin(std::move(plugin)),
      _parts(parts),
      _gate(gate),
      _workers(workers),
      _logger(Poco::Logger::get("plugin." + _plugin)),
      _current(_settings.emplace_back(std::make_unique<const SettingsSnapshot>(std::move(settings))).get()),
      _emitter(_parts.emitter, _plugin, apiMinor),
      _sockets(_parts.sockets, _emitter, gate, workers, _logger, limits.questions),
      _metrics(_parts.metrics != nullptr ? _parts.metrics->open(_plugin, limits.metricSeries) : unreadMetrics()) {}

const SettingsSnapshot& LentContext::take(SettingsSnapshot settings) {
  _current = _settings.emplace_back(std::make_unique<const SettingsSnapshot>(std::move(settings))).get();
  return *_current;
}

void LentContext::migrate(std::span<const data::Migration> migrations) {
  if (_parts.schema == nullptr) throw std::logic_error("there is no database for tables of its own here");
  for (const auto& name : _parts.schema->migrate("plugin." + _plugin, migrations)) {
    poco_information(_logger, "applied its migration " + name);
  }
}

// The task is the plugin's code: it is gone before the guard is given back.
bool LentContext::submit(std::function<void()> task) {
  auto guard = _gate.enterAgain();
  if (!guard) return false;
  return _workers.trySubmit([this, guard = std::move(guard), task = std::move(task)]() mutable {
    const auto failure = callPlugin(task);
    task = {};
    if (failure) {
      base::logCause(_logger, Poco::Message::PRIO_ERROR, "task", "a task failed: " + failure->text);
    }
    guard = {};
  });
}

}  // namespace chat::plugin
