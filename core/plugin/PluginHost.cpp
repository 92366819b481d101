#include "plugin/PluginHost.h"

#include <Poco/StringTokenizer.h>

#include <algorithm>
#include <utility>

#include "plugin/Inspection.h"
#include "plugin/PluginCall.h"
#include "plugin/Refused.h"

namespace chat::plugin {

namespace {

constexpr auto DisabledProperty = "plugins.disabled";

std::set<std::string> disabledNames(const PropertySource& properties) {
  const Poco::StringTokenizer names(properties(DisabledProperty).value_or(""), ",",
                                    Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY);
  return {names.begin(), names.end()};
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

/// Keeps what a call is still inside of for as long as the process lives: leaking code beats pulling it from under
/// the call. Never destroyed, not even at exit.
void keepForEver(std::shared_ptr<Generation> plugin) {
  static auto* const kept = new std::vector<std::shared_ptr<Generation>>;
  kept->push_back(std::move(plugin));
}

}  // namespace

PluginHost::PluginHost(Options options, HostParts parts, Poco::Logger& logger)
    : _options(std::move(options)),
      _parts(parts),
      _logger(logger),
      _disabled(disabledNames(_options.properties)),
      _runFolder(_options.runFolder) {}

PluginHost::~PluginHost() {
  stop();
}

void PluginHost::load() {
  for (const auto& path : pluginFiles(_options.folder)) {
    _status.push_back(loadFile(path));
    log(_status.back());
  }
  warnOfUnknownDisabled();
  _tables.publish(std::make_shared<const HandlerTable>(_serving));
}

PluginStatus PluginHost::loadFile(const std::filesystem::path& path) {
  PluginStatus status;
  status.file = path.filename().string();
  try {
    const auto candidate = Candidate::read(path);
    const auto& identity = candidate.identity();
    status.name = identity.name;
    status.version = identity.version;
    status.events = identity.events;
    if (_disabled.contains(identity.name)) {
      status.state = PluginStatus::State::Disabled;
    } else {
      candidate.checkBuild();
      checkClaims(identity);
      start(candidate, status);
    }
  } catch (const Refused& refused) {
    status.reason = refused.what();
  } catch (...) {
    status.reason = currentFailure().text;
  }
  return status;
}

void PluginHost::start(const Candidate& candidate, PluginStatus& status) {
  const auto& identity = candidate.identity();
  auto settings = SettingsSnapshot::read(identity.name + ".", identity.settings, _options.properties);
  const auto limits = PluginLimits::read(identity.name, _options.properties);
  auto plugin = std::make_shared<Generation>(identity, std::move(settings), limits, ++_lastNumber, _parts);
  for (const auto& warning : candidate.warnings()) {
    poco_warning(_logger, status.file + ": plugin " + identity.name + " " + warning);
  }
  plugin->start(_runFolder.add(identity.name, candidate.file().bytes()));
  status.state = PluginStatus::State::Serving;
  status.generation = plugin->number();
  _serving.push_back(std::move(plugin));
}

void PluginHost::checkClaims(const LibraryIdentity& identity) const {
  constexpr auto Remedy = "; remove one of the two files, or name one of the plugins in plugins.disabled";
  for (const auto& other : _status) {
    if (other.state != PluginStatus::State::Serving) continue;
    if (other.name == identity.name) {
      throw Refused("its plugin has the name " + identity.name + ", which " + other.file +
                    " has already; remove one of the two files");
    }
    for (const auto& event : identity.events) {
      if (std::find(other.events.begin(), other.events.end(), event) == other.events.end()) continue;
      throw Refused("its plugin " + identity.name + " claims the event '" + event + "', which plugin " + other.name +
                    " (" + other.file + ") handles already" + Remedy);
    }
  }
}

void PluginHost::warnOfUnknownDisabled() const {
  for (const auto& name : _disabled) {
    const auto isIt = [&](const PluginStatus& status) { return status.name == name; };
    if (std::any_of(_status.begin(), _status.end(), isIt)) continue;
    poco_warning(_logger, std::string(DisabledProperty) + " names " + name + ", but no plugin in " +
                              _options.folder.string() + " has that name");
  }
}

void PluginHost::log(const PluginStatus& status) const {
  const auto plugin = "plugin " + status.name + " " + status.version;
  switch (status.state) {
    case PluginStatus::State::Serving:
      poco_information(_logger, status.file + ": " + plugin + " serves" +
                                    (status.events.empty() ? "" : " the events " + joined(status.events)));
      break;
    case PluginStatus::State::Disabled:
      poco_information(_logger, status.file + ": " + plugin + " is not loaded, as " + DisabledProperty + " names it");
      break;
    case PluginStatus::State::Refused:
      poco_error(_logger, status.file + " refused: " + status.reason);
      break;
  }
}

bool PluginHost::stop() {
  bool allReturned = true;
  _tables.publish(std::make_shared<const HandlerTable>());
  // The last one loaded first, as with everything that is built up.
  while (!_serving.empty()) {
    const auto plugin = std::move(_serving.back());
    _serving.pop_back();
    if (!retire(plugin)) allReturned = false;
  }
  _status.clear();
  return allReturned;
}

bool PluginHost::retire(const std::shared_ptr<Generation>& plugin) {
  const auto& name = plugin->identity().name;
  switch (plugin->retire(_options.retireWait)) {
    case Generation::Retired::Unmapped:
      poco_debug(_logger, "plugin " + name + " is unloaded");
      break;
    case Generation::Retired::StillMapped:
      poco_debug(_logger, "plugin " + name + " is stopped; the dynamic loader keeps its library mapped");
      break;
    case Generation::Retired::Busy:
      poco_error(_logger, "plugin " + name + " doesn't stop: " + std::to_string(plugin->callsInside()) +
                              " of its calls haven't returned; it is left in memory and not called any more");
      keepForEver(plugin);
      return false;
  }
  return true;
}

}  // namespace chat::plugin
