#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "plugin/file/LibraryIdentity.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// The settings that came with a plugin: `echo.properties` beside `echo.so`.
///
/// Its keys are those of the plugin's settings (`tokenHours = 12`) and of its limits (`plugin.threads = 2`). What the
/// server's own properties or the environment say goes before it.
/// Thread: any that may block; immutable.
class SidecarProperties {
 public:
  static std::filesystem::path pathFor(const std::filesystem::path& library);

  /// Empty where there is no such file. Throws Refused where it can't be read, where others may write it, or where it
  /// has a key that the plugin doesn't.
  static SidecarProperties read(const std::filesystem::path& library, const LibraryIdentity& identity);

  /// Gives the server's value of a property, else the one of this file.
  PropertySource under(PropertySource server) const;

 private:
  std::map<std::string, std::string> _values;  // by the full name
};

}  // namespace chat::plugin
