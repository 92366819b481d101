#include "plugin/Generation.h"

#include <Poco/Logger.h>

#include <cassert>
#include <utility>

#include "plugin/PluginCall.h"
#include "plugin/Refused.h"

namespace chat::plugin {

namespace {

/// How long a plugin waits for one of its own sessions to come free, as for those of all.
constexpr base::Duration SessionWait{2000};

}  // namespace

class Generation::LentContext final : public Context {
 public:
  LentContext(const Settings& settings, Poco::Logger& logger, HostParts parts)
      : _settings(settings), _logger(logger), _parts(parts) {}

  const Settings& settings() const noexcept override { return _settings; }
  Poco::Logger& logger() noexcept override { return _logger; }
  data::Database& database() noexcept override { return _parts.database; }
  Emitter& emitter() noexcept override { return _parts.emitter; }

 private:
  const Settings& _settings;
  Poco::Logger& _logger;
  HostParts _parts;
};

Generation::Generation(LibraryIdentity identity, SettingsSnapshot settings, PluginLimits limits, std::uint64_t number,
                       HostParts parts)
    : _identity(std::move(identity)),
      _settings(std::move(settings)),
      _limits(limits),
      _number(number),
      _registrations(_identity),
      _database(limits.sessions == 0
                    ? nullptr
                    : std::make_unique<LimitedDatabase>(parts.database, _identity.name, limits.sessions, SessionWait)),
      _context(std::make_unique<LentContext>(
          _settings, Poco::Logger::get("plugin." + _identity.name),
          HostParts{_database ? static_cast<data::Database&>(*_database) : parts.database, parts.emitter})),
      _workers(std::make_unique<exec::WorkerPool>(
          exec::WorkerPool::Options{_identity.name, _limits.threads, _limits.queue})),
      _faults(limits.faults) {
  for (const auto& event : _identity.events) _stats[event] = std::make_shared<EventStats>();
}

void Generation::useStats(StatsRegistry& registry) {
  for (auto& [event, stats] : _stats) stats = registry.of(_identity.name, event);
}

std::shared_ptr<EventStats> Generation::statsOf(const std::string& event) const {
  return _stats.at(event);  // only declared events are registered
}

std::uint64_t Generation::callsEnded() const noexcept {
  std::uint64_t calls = 0;
  for (const auto& [event, stats] : _stats) calls += stats->totals().calls;
  return calls;
}

Generation::~Generation() {
  [[maybe_unused]] const auto retired = retire(std::chrono::milliseconds(0));
  assert(retired != Retired::Busy);
}

void Generation::start(const std::filesystem::path& library) {
  auto mapped = std::make_unique<PluginLibrary>(library);
  start(mapped->create(_identity.className));
  _library = std::move(mapped);
}

void Generation::start(std::unique_ptr<Plugin> plugin) {
  if (const auto failure = callPlugin([&] { plugin->start(*_context, _registrations); })) {
    throw Refused("its start failed: " + failure->text);
  }
  try {
    _registrations.check();
  } catch (const Refused&) {
    plugin->stop();
    throw;
  }
  _plugin = std::move(plugin);
}

Generation::Retired Generation::retire(std::chrono::milliseconds wait) {
  _gate.close();
  if (!_gate.waitUntilEmpty(wait)) return Retired::Busy;
  _workers->stop();
  if (!_plugin) return Retired::Unmapped;
  _plugin->stop();
  _plugin.reset();
  if (!_library) return Retired::Unmapped;
  const bool isGone = _library->unload();
  _library.reset();
  return isGone ? Retired::Unmapped : Retired::StillMapped;
}

}  // namespace chat::plugin
