#pragma once

#include <Poco/Logger.h>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "plugin/api/Plugin.h"
#include "plugin/call/Callee.h"
#include "plugin/context/HostParts.h"
#include "plugin/context/LentEmitter.h"
#include "plugin/context/LentSockets.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// What one generation of a plugin may use. Thread: any, but `take` and `migrate`: one at a time.
class LentContext final : public Context {
 public:
  /// `apiMinor`: of the API that the plugin was built with.
  LentContext(Callee& plugin, int apiMinor, SettingsSnapshot settings, HostParts parts);

  /// From now on these are the settings. Those before stay valid as long as this.
  const SettingsSnapshot& take(SettingsSnapshot settings);
  /// Back to earlier ones.
  void goBackTo(const SettingsSnapshot& settings) noexcept { _current = &settings; }
  const SettingsSnapshot& snapshot() const noexcept { return *_current.load(); }

  const Settings& settings() const noexcept override { return snapshot(); }
  Poco::Logger& logger() noexcept override { return _logger; }
  data::Database& database() noexcept override { return _parts.database; }
  Emitter& emitter() noexcept override { return _emitter; }
  LentSockets& sockets() noexcept override { return _sockets; }
  Metrics& metrics() noexcept override { return *_metrics; }
  const base::Clock& clock() const noexcept override { return _parts.clock; }
  void migrate(std::span<const data::Migration> migrations) override;
  bool submit(std::function<void()> task) override;

 private:
  Callee& _plugin;
  const HostParts _parts;
  Poco::Logger& _logger;
  std::vector<std::unique_ptr<const SettingsSnapshot>> _settings;
  std::atomic<const SettingsSnapshot*> _current;
  LentEmitter _emitter;
  LentSockets _sockets;
  const std::unique_ptr<Metrics> _metrics;
};

}  // namespace chat::plugin
