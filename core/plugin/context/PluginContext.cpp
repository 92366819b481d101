#include "plugin/context/PluginContext.h"

#include <stdexcept>
#include <utility>

#include "base/LogCause.h"
#include "plugin/call/PluginCall.h"
#include "plugin/context/MetricsHub.h"
#include "plugin/context/NullMetrics.h"

namespace chat::plugin {

PluginContext::PluginContext(Callee& plugin, int apiMinor, SettingsSnapshot settings, HostServices services)
    : _plugin(plugin),
      _services(services),
      _logger(Poco::Logger::get("plugin." + plugin.name())),
      _current(_settings.emplace_back(std::make_unique<const SettingsSnapshot>(std::move(settings))).get()),
      _emitter(_services.emitter, plugin.name(), apiMinor),
      _sockets(_services.sockets, _emitter, plugin, _logger),
      _metrics(_services.metrics != nullptr ? _services.metrics->open(plugin.name(), plugin.limits().metricSeries)
                                            : std::make_unique<NullMetrics>()) {}

const SettingsSnapshot& PluginContext::take(SettingsSnapshot settings) {
  _current = _settings.emplace_back(std::make_unique<const SettingsSnapshot>(std::move(settings))).get();
  return *_current;
}

void PluginContext::migrate(std::span<const data::Migration> migrations) {
  logMigrations(_plugin.name(), schema().migrate(_plugin.name(), migrations));
}

void PluginContext::migrate(std::string_view tables, int least) {
  const std::string owner(tables);
  logMigrations(owner, schema().migrate(_plugin.name(), owner, least));
}

data::SchemaUpdater& PluginContext::schema() const {
  if (_services.schema == nullptr) throw std::logic_error("this host has no database for a plugin's own tables");
  return *_services.schema;
}

void PluginContext::logMigrations(const std::string& owner, const std::vector<data::AppliedMigration>& applied) {
  for (const auto& [name, formerly] : applied) {
    const auto which = owner == _plugin.name() ? "its migration " + name : "the migration " + name + " of " + owner;
    if (formerly.empty()) {
      poco_information(_logger, "applied " + which);
    } else {
      poco_information(_logger, "took over " + which + ", applied before as " + formerly);
    }
  }
}

// The task is code of the plugin, so it is destroyed before the guard leaves the gate.
bool PluginContext::submit(std::function<void()> task) {
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
