#include "plugin/context/LentContext.h"

#include <stdexcept>
#include <utility>

#include "base/LogCause.h"
#include "data/Database.h"
#include "plugin/call/PluginCall.h"
#include "plugin/context/MetricsHub.h"
#include "plugin/context/NullMetrics.h"

namespace chat::plugin {

LentContext::LentContext(Callee& plugin, int apiMinor, SettingsSnapshot settings, HostParts parts)
    : _plugin(plugin),
      _parts(parts),
      _logger(Poco::Logger::get("plugin." + plugin.name())),
      _current(_settings.emplace_back(std::make_unique<const SettingsSnapshot>(std::move(settings))).get()),
      _emitter(_parts.emitter, plugin.name(), apiMinor),
      _sockets(_parts.sockets, _emitter, plugin, _logger),
      _metrics(_parts.metrics != nullptr ? _parts.metrics->open(plugin.name(), plugin.limits().metricSeries)
                                         : std::make_unique<NullMetrics>()) {}

const SettingsSnapshot& LentContext::take(SettingsSnapshot settings) {
  _current = _settings.emplace_back(std::make_unique<const SettingsSnapshot>(std::move(settings))).get();
  return *_current;
}

void LentContext::migrate(std::span<const data::Migration> migrations) {
  if (_parts.schema == nullptr) throw std::logic_error("there is no database for tables of its own here");
  for (const auto& name : _parts.schema->migrate("plugin." + _plugin.name(), migrations)) {
    poco_information(_logger, "applied its migration " + name);
  }
}

// The task is the plugin's code: it is gone before the guard is given back.
bool LentContext::submit(std::function<void()> task) {
  auto guard = _plugin.gate().enterAgain();
  if (!guard) return false;
  return _plugin.workers().trySubmit([this, guard = std::move(guard), task = std::move(task)]() mutable {
    const auto failure = callPlugin(task);
    task = {};
    if (failure) {
      base::logCause(_logger, Poco::Message::PRIO_ERROR, "task", "a task failed: " + failure->text);
    }
    guard = {};
  });
}

}  // namespace chat::plugin
