#include "app/checks/CheckedSettings.h"

#include <algorithm>
#include <iterator>

#include "app/checks/StartFaults.h"
#include "app/settings/NearestName.h"
#include "plugin/file/Refused.h"
#include "plugin/folder/Inspection.h"
#include "plugin/settings/PluginSelection.h"

namespace chat::app {
namespace {

using Lines = std::vector<std::string>;
using Files = std::vector<plugin::InspectedFile>;

void raise(const Lines& faults) {
  std::string text;
  for (const auto& line : faults) text += (text.empty() ? "" : "\n") + line;
  if (!text.empty()) throw ConfigurationError(text);
}

Files inspect(const Settings& settings, Lines& faults) {
  try {
    return plugin::inspectFolder(settings.plugins.folder);
  } catch (const plugin::Refused& refused) {
    faults.push_back("plugins.folder: " + std::string(refused.what()));
    return {};
  }
}

// The plugins whose files can't be read: their keys are unknown.
Lines unreadable(const Files& files) {
  Lines names;
  for (const auto& file : files) {
    if (!file.identity) names.push_back(file.path.stem().string());
  }
  return names;
}

void checkPluginKeys(const Configuration& configuration, const Files& files, Lines& faults) {
  try {
    configuration.checkKeys(plugin::declaredProperties(files), unreadable(files));
  } catch (const ConfigurationError& fault) {
    faults.emplace_back(fault.what());
  }
  const auto more = plugin::propertyFaults(files, [&](const auto& name) { return configuration.value(name); });
  faults.insert(faults.end(), more.begin(), more.end());
}

void checkSelection(const Configuration& configuration, const Settings& settings, const Files& files, Lines& faults) {
  auto names = unreadable(files);
  for (const auto& file : files) {
    if (file.identity) names.push_back(file.identity->name);
  }
  const auto selection = plugin::PluginSelection::read([&](const auto& name) { return configuration.value(name); });
  for (const auto& line : selection.unknown(names)) {
    faults.push_back(line + " in " + settings.plugins.folder.string() + " has that name");
  }
}

}  // namespace

Settings checkedSettings(const Configuration& configuration) {
  auto settings = configuration.settings();
  Lines faults;
  const auto files = inspect(settings, faults);
  raise(faults);
  checkPluginKeys(configuration, files, faults);
  raise(faults);
  return settings;
}

Settings startableSettings(const Configuration& configuration) {
  auto settings = configuration.settings();
  Lines faults;
  const auto files = inspect(settings, faults);
  if (faults.empty()) {  // otherwise the plugins' keys are unknown
    checkPluginKeys(configuration, files, faults);
    checkSelection(configuration, settings, files, faults);
  }
  const auto more = startFaults(settings);
  faults.insert(faults.end(), more.begin(), more.end());
  raise(faults);
  return settings;
}

}  // namespace chat::app
