#pragma once

#include <Poco/Logger.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/Database.h"
#include "plugin/api/Plugin.h"
#include "plugin/call/Callee.h"
#include "plugin/context/HostServices.h"
#include "plugin/context/PluginEmitter.h"
#include "plugin/context/PluginSockets.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// The Context of one generation of a plugin. Thread: any, but `take` and `migrate` one at a time.
class PluginContext final : public Context {
 public:
  /// `apiMinor`: the minor version of the API that the plugin was built with. `plugin` outlives the context.
  PluginContext(Callee& plugin, int apiMinor, SettingsSnapshot settings, HostServices services);

  /// From now on `settings` are the plugin's. Earlier ones stay valid as long as the context.
  const SettingsSnapshot& take(SettingsSnapshot settings);
  /// Goes back to earlier settings, which `take` has given.
  void goBackTo(const SettingsSnapshot& settings) noexcept { _current = &settings; }
  const SettingsSnapshot& snapshot() const noexcept { return *_current.load(); }

  const Settings& settings() const noexcept override { return snapshot(); }
  Poco::Logger& logger() noexcept override { return _logger; }
  data::Database& database() noexcept override { return _services.database; }
  Emitter& emitter() noexcept override { return _emitter; }
  PluginSockets& sockets() noexcept override { return _sockets; }
  Metrics& metrics() noexcept override { return *_metrics; }
  const base::Clock& clock() const noexcept override { return _services.clock; }
  void migrate(std::span<const data::Migration> migrations) override;
  bool submit(std::function<void()> task) override;
  void migrate(std::string_view tables, int least) override;

 private:
  data::SchemaUpdater& schema() const;
  void logMigrations(const std::string& owner, const std::vector<data::AppliedMigration>& applied);

  Callee& _plugin;
  const HostServices _services;
  Poco::Logger& _logger;
  std::vector<std::unique_ptr<const SettingsSnapshot>> _settings;
  std::atomic<const SettingsSnapshot*> _current;
  PluginEmitter _emitter;
  PluginSockets _sockets;
  const std::unique_ptr<Metrics> _metrics;
};

}  // namespace chat::plugin
