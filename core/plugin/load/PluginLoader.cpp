#include "plugin/load/PluginLoader.h"

#include <string>
#include <utility>

#include "plugin/settings/PluginLimits.h"
#include "plugin/settings/SidecarProperties.h"

namespace chat::plugin {

PluginLoader::PluginLoader(const std::filesystem::path& runFolder, Probe probe, HostServices services,
                           Poco::Logger& logger)
    : _probe(std::move(probe)), _services(services), _logger(logger), _runFolder(runFolder) {}

std::shared_ptr<Generation> PluginLoader::load(const Candidate& candidate, const PropertySource& properties) {
  const auto& identity = candidate.identity();
  const auto& file = candidate.file().path();
  candidate.checkBuild();
  const auto source = SidecarProperties::read(file, identity).under(properties);
  auto settings = SettingsSnapshot::read(identity.name + ".", identity.settings, source);
  const auto limits = PluginLimits::read(identity.name, source);
  for (const auto& warning : candidate.warnings()) {
    poco_warning(_logger, file.filename().string() + ": plugin " + identity.name + " " + warning);
  }
  auto plugin = std::make_shared<Generation>(identity, std::move(settings), limits, ++_lastNumber, _services);
  plugin->setHeldBy(candidate.heldBy());
  plugin->useStats(_stats);
  const auto copy = _runFolder.add(identity.name, candidate.file().bytes());
  try {
    _probe.check(copy);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    throw;
  }
  plugin->start(copy);
  return plugin;
}

}  // namespace chat::plugin
