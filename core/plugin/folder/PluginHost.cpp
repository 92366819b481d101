#include "plugin/folder/PluginHost.h"

#include <algorithm>
#include <utility>

#include "plugin/call/PluginCall.h"
#include "plugin/file/Candidate.h"
#include "plugin/file/DigestList.h"
#include "plugin/file/Refused.h"
#include "plugin/file/WriteAccess.h"
#include "plugin/folder/Inspection.h"
#include "plugin/settings/PluginLimits.h"
#include "plugin/settings/SidecarProperties.h"

namespace chat::plugin {

namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

/// A refusal because of a plugin that serves now. The file is tried again once that has changed.
class RefusedForNow final : public Refused {
 public:
  using Refused::Refused;
};

HostServices withScheduler(HostServices services, exec::Scheduler& scheduler) {
  if (services.scheduler == nullptr) services.scheduler = &scheduler;
  return services;
}

}  // namespace

PluginHost::PluginHost(Options options, HostServices services, Poco::Logger& logger)
    : _options(std::move(options)),
      _logger(logger),
      _loader(_options.runFolder, Probe(_options.probe, _options.probeWait), withScheduler(services, _scheduler),
              logger),
      _retirement(_options.retireWait, logger) {}

PluginHost::~PluginHost() {
  stop();
}

void PluginHost::load() {
  checkFolder(_options.folder);
  rescan(Look::Start);
  warnOfUnknown();
}

bool PluginHost::rescan(Look look) {
  std::vector<std::filesystem::path> files;
  try {
    files = pluginFiles(_options.folder);
  } catch (const Refused& refused) {
    poco_error(_logger, std::string("no plugin is loaded, replaced or removed: ") + refused.what());
    return true;
  }
  _selection = PluginSelection::read(_options.properties);
  const bool isSettled =
      _contents.read(files, look, [this](FolderEntry& entry, const std::string& reason) { refuse(entry, reason); });
  bool isChanged = false;
  do {
    isChanged = false;
    for (const auto& name : namesToDecide()) {
      if (decide(name, look)) isChanged = true;
    }
  } while (isChanged && _contents.retryTemporary());
  publishOverview();
  return isSettled;
}

/// Plugins whose file was removed come first, so that others can take over their events.
std::vector<std::string> PluginHost::namesToDecide() const {
  std::vector<std::string> names;
  for (const auto& plugin : _serving) {
    if (!_contents.holderOf(plugin)) names.push_back(plugin->identity().name);
  }
  const auto others = _contents.names();
  names.insert(names.end(), others.begin(), others.end());
  return names;
}

/// True if a plugin came into service or left it.
bool PluginHost::decide(const std::string& name, Look look) {
  const auto current = serving(name);
  if (_selection.takes(name)) {
    const auto* const holder = _contents.holderOf(current);
    for (auto* const item : _contents.newestFirst(name)) {
      const auto& entry = item->second;
      // The plugin that was in a file before it was overwritten with a bad one goes before older files.
      if (holder && &entry != holder && entry.stamp.library.modified < holder->loaded.library.modified) return false;
      if (isCurrent(*item, look)) return false;
      if (entry.refusal.empty() && load(*item, current)) return true;
      if (&entry == holder) return false;
    }
    if (!current || holder) return false;
  }
  if (!current) return false;
  _contents.forget(current);
  poco_information(_logger, "plugin " + name + " " + current->identity().version + " is taken out of service");
  replace(current, nullptr);
  return true;
}

bool PluginHost::load(Item& item, const std::shared_ptr<Generation>& previous) {
  auto& [path, entry] = item;
  try {
    if (previous && _retirement.parked() >= _options.maxParked) {
      throw RefusedForNow("not loaded, as " + std::to_string(_retirement.parked()) +
                          " earlier generations are parked with calls that don't return, and plugins.maxParked is " +
                          std::to_string(_options.maxParked) + "; find out what they wait for, or restart the server");
    }
    const auto candidate = Candidate::read(path);
    if (candidate.identity().name != entry.identity->name) throw RefusedForNow("the file changes while it is read");
    entry.identity = candidate.identity();
    candidate.checkBuild();
    if (!_options.digests.empty()) checkDigest(_options.digests, path, candidate.file().bytes());
    checkClaims(candidate.identity());
    auto plugin = _loader.load(candidate, _options.properties);
    if (previous) _contents.forget(previous);
    entry.plugin = plugin;
    entry.loaded = entry.stamp;
    replace(previous, plugin);
    return true;
  } catch (const RefusedForNow& refused) {
    entry.mayPass = true;
    refuse(entry, refused.what());
  } catch (const Refused& refused) {
    refuse(entry, refused.what());
  } catch (...) {
    refuse(entry, currentFailure().text);
  }
  return false;
}

/// Publishes `next` in place of `previous`, and only then closes `previous`. One of them may be null.
void PluginHost::replace(const std::shared_ptr<Generation>& previous, const std::shared_ptr<Generation>& next) {
  const auto place = std::find(_serving.begin(), _serving.end(), previous);
  if (place == _serving.end()) {
    _serving.push_back(next);
  } else if (next) {
    *place = next;
  } else {
    _serving.erase(place);
  }
  _tables.publish(std::make_shared<const HandlerTable>(_serving));
  if (next) {
    ++_loads;
    const auto& identity = next->identity();
    const auto& events = identity.events;
    auto line = "plugin " + identity.name + " " + identity.version + " serves" +
                (events.empty() ? "" : " the events " + joined(events));
    if (previous) {
      ++_replacements;
      line +=
          "; it replaces " + previous->identity().version + " (generation " + std::to_string(previous->number()) + ")";
    }
    poco_information(_logger, fileOf(next) + ": " + line);
  }
  if (previous) {
    _retirement.add(previous);
    _retirement.poll();
  }
}

void PluginHost::refuse(FolderEntry& entry, const std::string& reason) {
  ++_refusals;
  entry.refusal = reason;
  const auto current = entry.plugin ? entry.plugin : entry.identity ? serving(entry.identity->name) : nullptr;
  const bool servesOn = current && _contents.holderOf(current);
  poco_error(_logger, entry.file + " refused: " + reason +
                          (servesOn ? "; plugin " + current->identity().name + " " + current->identity().version +
                                          " (generation " + std::to_string(current->number()) + ") serves on"
                                    : ""));
}

/// Whether the plugin in the file serves already with the current settings, or has taken them while it serves.
bool PluginHost::isCurrent(Item& item, Look look) const {
  auto& [path, entry] = item;
  if (!entry.plugin || entry.loaded.library != entry.stamp.library) return false;
  if (look != Look::ByHand && entry.loaded == entry.stamp) return true;
  try {
    const auto& identity = *entry.identity;
    const auto source = SidecarProperties::read(path, identity).under(_options.properties);
    auto settings = SettingsSnapshot::read(identity.name + ".", identity.settings, source);
    if (entry.plugin->limits() != PluginLimits::read(identity.name, source)) return false;
    if (entry.plugin->reconfigure(std::move(settings)) == Generation::Reconfigured::Restart) return false;
    entry.loaded = entry.stamp;
    return true;
  } catch (const Refused&) {
    return false;  // loading the file again will fail with the reason
  }
}

void PluginHost::checkClaims(const LibraryIdentity& identity) const {
  for (const auto& other : _serving) {
    if (other->identity().name == identity.name) continue;
    const auto& claimed = other->identity().events;
    for (const auto& event : identity.events) {
      if (std::find(claimed.begin(), claimed.end(), event) == claimed.end()) continue;
      throw RefusedForNow("its plugin " + identity.name + " claims the event '" + event + "', which plugin " +
                          other->identity().name + " (" + fileOf(other) +
                          ") handles already; remove one of the two files, or name one of the plugins in "
                          "plugins.disabled");
    }
    const auto& commands = other->identity().commands;
    for (const auto& command : identity.commands) {
      if (std::find(commands.begin(), commands.end(), command) == commands.end()) continue;
      throw RefusedForNow("its plugin " + identity.name + " claims the command '" + command + "', which plugin " +
                          other->identity().name + " (" + fileOf(other) +
                          ") has already; remove one of the two files, or name one of the plugins in "
                          "plugins.disabled");
    }
  }
}

std::shared_ptr<Generation> PluginHost::serving(const std::string& name) const {
  for (const auto& plugin : _serving) {
    if (plugin->identity().name == name) return plugin;
  }
  return nullptr;
}

std::string PluginHost::fileOf(const std::shared_ptr<Generation>& plugin) const {
  const auto* const holder = _contents.holderOf(plugin);
  return holder ? holder->file : "no file";
}

void PluginHost::warnOfUnknown() const {
  for (const auto& line : _selection.unknown(_contents.names())) {
    poco_warning(_logger, line + " in " + _options.folder.string() + " has that name");
  }
}

void PluginHost::pollRetired() {
  if (_retirement.poll()) publishOverview();
}

bool PluginHost::stop() {
  _tables.publish(std::make_shared<const HandlerTable>());
  // In the reverse order of loading.
  while (!_serving.empty()) {
    _retirement.add(std::move(_serving.back()));
    _serving.pop_back();
  }
  _contents = {};
  const bool allReturned = _retirement.finish();
  publishOverview();
  return allReturned;
}

// --- what is shown ---

std::shared_ptr<const PluginOverview> PluginHost::overview() const {
  const std::lock_guard lock(_mutex);
  return _overview;
}

void PluginHost::publishOverview() {
  auto overview = std::make_shared<PluginOverview>();
  for (auto& [path, entry] : _contents.entries()) {
    overview->files.push_back(statusOf(entry, _selection));
    const auto state = overview->files.back().state;
    if (std::exchange(entry.logged, state) != state) logState(overview->files.back());
  }
  overview->retired = _retirement.overview();
  overview->loads = _loads;
  overview->replacements = _replacements;
  overview->refusals = _refusals;
  overview->unmapped = _retirement.unmapped();
  overview->stillMapped = _retirement.stillMapped();
  const std::lock_guard lock(_mutex);
  _overview = std::move(overview);
}

/// Logs the states that nothing else logs.
void PluginHost::logState(const PluginStatus& status) const {
  const auto plugin = status.file + ": plugin " + status.name + " " + status.version;
  if (status.state == PluginStatus::State::Disabled) {
    poco_information(_logger, plugin + " is not loaded, as " + _selection.reasonAgainst(status.name));
  } else if (status.state == PluginStatus::State::Superseded) {
    poco_information(_logger, plugin + " is not loaded, as a newer file has a plugin of that name");
  }
}

}  // namespace chat::plugin
