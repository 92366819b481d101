#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "plugin/file/LibraryIdentity.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// The properties file that lies beside a plugin: `echo.properties` for `echo.so`.
///
/// Its keys are the plugin's settings (`tokenHours = 12`) and limits (`plugin.threads = 2`). The server's own
/// properties and the environment override it. Thread: any that may block; immutable.
class SidecarProperties {
 public:
  static std::filesystem::path pathFor(const std::filesystem::path& library);

  /// Empty if there is no such file. Throws Refused if the file can't be read, if others may write it, or if it has a
  /// key that the plugin doesn't have.
  static SidecarProperties read(const std::filesystem::path& library, const LibraryIdentity& identity);

  /// A source that gives the server's value of a property, or else the value in this file.
  PropertySource under(PropertySource server) const;

 private:
  std::map<std::string, std::string> _values;  // by the full name
};

}  // namespace chat::plugin
