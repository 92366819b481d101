#include "plugin/folder/Inspection.h"

#include <algorithm>
#include <system_error>

#include "plugin/file/Candidate.h"
#include "plugin/file/Refused.h"
#include "plugin/file/WriteAccess.h"
#include "plugin/settings/PluginLimits.h"

namespace chat::plugin {

std::vector<std::filesystem::path> pluginFiles(const std::filesystem::path& folder) {
  checkFolder(folder);
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const auto& path = entry.path();
    if (path.extension() == ".so" && !path.filename().native().starts_with('.')) files.push_back(path);
  }
  if (error) throw Refused("the folder " + folder.string() + " can't be read: " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<InspectedFile> inspectFolder(const std::filesystem::path& folder) {
  std::vector<InspectedFile> files;
  for (auto& path : pluginFiles(folder)) {
    InspectedFile file;
    file.path = path;
    try {
      const auto candidate = Candidate::read(path);
      file.identity = candidate.identity();
      candidate.checkBuild();
    } catch (const Refused& refused) {
      file.refusal = refused.what();
    }
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<std::string> declaredProperties(const std::vector<InspectedFile>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) {
    if (!file.identity) continue;
    const auto& name = file.identity->name;
    for (const auto& setting : file.identity->settings) names.push_back(name + "." + setting.key);
    for (const auto& setting : PluginLimits::declarations()) names.push_back(PluginLimits::prefix(name) + setting.key);
  }
  return names;
}

std::vector<std::string> propertyFaults(const std::vector<InspectedFile>& files, const PropertySource& properties) {
  std::vector<std::string> faults;
  const auto check = [&](const std::string& prefix, std::span<const SettingDeclaration> declarations) {
    try {
      SettingsSnapshot::read(prefix, declarations, properties);
    } catch (const Refused& refused) {
      faults.emplace_back(refused.what());
    }
  };
  for (const auto& file : files) {
    if (!file.identity) continue;
    check(file.identity->name + ".", file.identity->settings);
    check(PluginLimits::prefix(file.identity->name), PluginLimits::declarations());
  }
  return faults;
}

}  // namespace chat::plugin
