#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/settings/Settings.h"

namespace chat::app {

/// The configuration is invalid. `what()` has a line for each fault: the key, its value, what is allowed, and for an
/// unknown key the nearest known one.
class ConfigurationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The properties file, overridden by the environment.
///
/// A key may be set by an environment variable (ConfigKey::environmentVariable), which wins over the file. A `$` in a
/// value is a `$`: nothing is expanded, so that passwords may contain any character. Made once at the start; then
/// immutable, thread any.
class Configuration {
 public:
  /// Returns a variable's value; nothing if it isn't set. The process' own environment by default.
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;
  static Environment processEnvironment();

  /// Reads the file. Errors: ConfigurationError if it can't be read.
  explicit Configuration(const std::filesystem::path& file, Environment environment = processEnvironment());

  /// The values of the server's own keys, in the layers' types. Errors: ConfigurationError that names every invalid
  /// value.
  Settings settings() const;
  /// Errors: ConfigurationError that names every key of the file that is neither the server's nor in `declared` (the
  /// plugins' full names). Keys of the plugins in `unreadable` are accepted, since it isn't known which ones they have.
  void checkKeys(const std::vector<std::string>& declared, const std::vector<std::string>& unreadable = {}) const;

  /// A property's text, the server's or a plugin's; nothing if it isn't set.
  std::optional<std::string> value(const std::string& name) const;

 private:
  std::optional<std::string> fromEnvironment(std::string_view name, bool secret) const;

  std::map<std::string, std::string> _properties;
  Environment _environment;
};

}  // namespace chat::app
