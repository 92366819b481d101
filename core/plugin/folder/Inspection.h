#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "plugin/file/LibraryIdentity.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// The plugins' files of a folder, sorted by name: `*.so`, without those that begin with a dot. Throws Refused if the
/// folder can't be read, or if others may write it.
std::vector<std::filesystem::path> pluginFiles(const std::filesystem::path& folder);

/// A file of the plugin folder as `--check-config` and `--list-plugins` show it.
struct InspectedFile {
  std::filesystem::path path;
  std::optional<LibraryIdentity> identity;  ///< absent if the file can't be understood
  std::string refusal;                      ///< why the server would refuse it; empty if no reason was found
};

/// Inspects all plugins' files of the folder without running any. Throws as `pluginFiles()`.
std::vector<InspectedFile> inspectFolder(const std::filesystem::path& folder);

/// The full names of all properties that the plugins have: `login.tokenHours`, `plugin.login.threads`, …
std::vector<std::string> declaredProperties(const std::vector<InspectedFile>& files);

/// A sentence for each property whose value isn't allowed, with what is allowed.
std::vector<std::string> propertyFaults(const std::vector<InspectedFile>& files, const PropertySource& properties);

}  // namespace chat::plugin
