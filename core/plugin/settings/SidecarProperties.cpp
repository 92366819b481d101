#include "plugin/settings/SidecarProperties.h"

#include <Poco/Exception.h>

#include <utility>

#include "plugin/file/LibraryFile.h"
#include "plugin/file/Refused.h"
#include "plugin/settings/PluginLimits.h"
#include "plugin/settings/PropertyFile.h"

namespace chat::plugin {

namespace {

/// The full name of each key that the plugin has.
std::map<std::string, std::string> knownKeys(const LibraryIdentity& identity) {
  std::map<std::string, std::string> known;
  for (const auto& setting : identity.settings) known[setting.key] = identity.name + "." + setting.key;
  for (const auto& limit : PluginLimits::declarations()) {
    known["plugin." + limit.key] = PluginLimits::prefix(identity.name) + limit.key;
  }
  return known;
}

}  // namespace

std::filesystem::path SidecarProperties::pathFor(const std::filesystem::path& library) {
  auto path = library;
  return path.replace_extension(".properties");
}

SidecarProperties SidecarProperties::read(const std::filesystem::path& library, const LibraryIdentity& identity) {
  SidecarProperties properties;
  const auto path = pathFor(library);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return properties;
  const auto file = path.filename().string();
  std::map<std::string, std::string> found;
  try {
    found = rawProperties(LibraryFile::read(path).bytes());
  } catch (const Refused& refused) {
    throw Refused(file + ": " + refused.what());
  } catch (const Poco::Exception& fault) {
    throw Refused(file + " can't be read: " + fault.displayText());
  }
  const auto known = knownKeys(identity);
  for (auto& [key, value] : found) {
    const auto full = known.find(key);
    if (full == known.end()) {
      std::string names;
      for (const auto& [name, ignored] : known) names += (names.empty() ? "" : ", ") + name;
      throw Refused(file + " has the key " + key + ", which plugin " + identity.name + " doesn't know; it knows " +
                    names);
    }
    properties._values[full->second] = std::move(value);
  }
  return properties;
}

PropertySource SidecarProperties::under(PropertySource server) const {
  return [server = std::move(server), values = _values](const std::string& name) {
    auto value = server(name);
    if (value) return value;
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

}  // namespace chat::plugin
