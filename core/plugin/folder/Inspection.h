#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "plugin/file/LibraryIdentity.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// The plugins' files of a folder (`*.so`, none that begins with a dot) in the order of their names. Throws Refused
/// where the folder can't be read or others may write it.
std::vector<std::filesystem::path> pluginFiles(const std::filesystem::path& folder);

/// A file of the plugin folder as `--check-config` and `--list-plugins` see it.
struct InspectedFile {
  std::filesystem::path path;
  std::optional<LibraryIdentity> identity;  ///< absent where the file can't be understood
  std::string refusal;                      ///< why it would be refused; empty where nothing speaks against it so far
};

/// Looks at every plugin's file of the folder without running any. Throws as `pluginFiles()`.
std::vector<InspectedFile> inspectFolder(const std::filesystem::path& folder);

/// The full names of all properties that the plugins have: `login.tokenHours`, `plugin.login.threads`, …
std::vector<std::string> declaredProperties(const std::vector<InspectedFile>& files);

/// What is wrong with the values of those properties, a sentence each that names the property and what is allowed.
std::vector<std::string> propertyFaults(const std::vector<InspectedFile>& files, const PropertySource& properties);

}  // namespace chat::plugin
