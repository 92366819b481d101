#include "app/settings/Configuration.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "app/settings/ConfigTable.h"
#include "app/settings/NearestName.h"
#include "plugin/settings/PropertyFile.h"

namespace chat::app {
namespace {

// Errors: std::system_error with the reason, also for a folder, which a stream opens without an error.
std::string contentOf(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) throw std::system_error(std::make_error_code(std::errc::is_a_directory));
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::system_error(errno != 0 ? errno : EIO, std::generic_category());
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string readSecretFile(const std::string& variable, const std::string& path) {
  std::string text;
  try {
    text = contentOf(path);
  } catch (const std::system_error& fault) {
    throw ConfigurationError("the file " + path + ", which " + variable +
                             " names, can't be read: " + fault.code().message());
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::filesystem::path folderOfProgram() {
  std::error_code fault;
  return std::filesystem::read_symlink("/proc/self/exe", fault).parent_path();
}

// Fills in what depends on more than one key.
void complete(Settings& settings) {
  if (settings.server.threads == 0) settings.server.threads = std::max(1U, std::thread::hardware_concurrency());
  if (settings.database.file.empty()) settings.database.file = settings.dataFolder / "chatapp.db";
  if (settings.plugins.folder.empty()) {
    settings.plugins.folder = (folderOfProgram() / "../plugins").lexically_normal();
  }
  settings.gateway.recovery.confirmedAfter = settings.engine.pingInterval + 2 * settings.engine.pingTimeout;
  if (settings.plugins.runFolder.empty()) settings.plugins.runFolder = settings.dataFolder / "plugins";
}

bool belongsTo(std::string_view key, const std::vector<std::string>& plugins) {
  return std::any_of(plugins.begin(), plugins.end(), [key](const std::string& plugin) {
    return key.starts_with(plugin + '.') || key.starts_with("plugin." + plugin + '.');
  });
}

void raise(const std::string& faults) {
  if (!faults.empty()) throw ConfigurationError(faults.substr(0, faults.size() - 1));
}

}  // namespace

Configuration::Environment Configuration::processEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());  // NOLINT: no thread sets the environment
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

Configuration::Configuration(const std::filesystem::path& file, Environment environment)
    : _environment(std::move(environment)) {
  try {
    _properties = plugin::rawProperties(contentOf(file));
  } catch (const std::system_error& fault) {
    throw ConfigurationError("the configuration file " + file.string() + " can't be read: " + fault.code().message());
  } catch (const Poco::Exception& fault) {
    throw ConfigurationError("the configuration file " + file.string() + " can't be read: " + fault.displayText());
  }
}

std::optional<std::string> Configuration::fromEnvironment(std::string_view name, bool secret) const {
  const auto variable = ConfigKey::environmentVariable(name);
  if (auto value = _environment(variable)) return value;
  if (!secret) return std::nullopt;
  const auto file = _environment(variable + "_FILE");
  return file ? std::optional<std::string>(readSecretFile(variable + "_FILE", *file)) : std::nullopt;
}

std::optional<std::string> Configuration::value(const std::string& name) const {
  const auto table = configTable();
  const auto key = std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.name == name; });
  if (auto value = fromEnvironment(name, key != table.end() && key->secret)) return value;
  const auto found = _properties.find(name);
  return found == _properties.end() ? std::nullopt : std::optional<std::string>(found->second);
}

Settings Configuration::settings() const {
  Settings settings;
  std::string faults;
  for (const auto& key : configTable()) {
    const auto text = value(std::string(key.name)).value_or(std::string(key.fallback));
    auto parsed = key.parse(text);
    if (!parsed) {
      faults +=
          std::string(key.name) + (key.secret ? "" : " is '" + text + "', but") + " must be " + parsed.error() + '\n';
    } else if (key.apply) {
      try {
        key.apply(settings, parsed.value());
      } catch (const std::invalid_argument& fault) {
        faults += std::string(key.name) + ": " + fault.what() + '\n';
      }
    }
  }
  raise(faults);
  complete(settings);
  return settings;
}

void Configuration::checkKeys(const std::vector<std::string>& declared,
                              const std::vector<std::string>& unreadable) const {
  std::vector<std::string> names(declared);
  for (const auto& key : configTable()) names.emplace_back(key.name);
  std::string faults;
  for (const auto& [name, text] : _properties) {
    if (std::find(names.begin(), names.end(), name) != names.end() || belongsTo(name, unreadable)) continue;
    const auto nearest = nearestName(name, names);
    faults += name + " is not a key" + (nearest.empty() ? "" : "; did you mean " + nearest + '?') + '\n';
  }
  raise(faults);
}

}  // namespace chat::app
