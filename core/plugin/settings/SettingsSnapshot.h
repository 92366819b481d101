#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "plugin/api/Settings.h"
#include "plugin/file/SettingDeclaration.h"

namespace chat::plugin {

/// Gives the text of a property by its full name; empty if the property isn't set.
using PropertySource = std::function<std::optional<std::string>(const std::string& name)>;

/// The values of declared settings at one moment. Thread: any; immutable.
class SettingsSnapshot final : public Settings {
 public:
  /// Looks up `prefix` + key for each declaration. Throws Refused if values aren't allowed; it names every such
  /// property and what is allowed.
  static SettingsSnapshot read(const std::string& prefix, std::span<const SettingDeclaration> declarations,
                               const PropertySource& properties);

  bool operator==(const SettingsSnapshot& other) const { return _values == other._values; }

  bool boolean(std::string_view key) const override;
  std::int64_t integer(std::string_view key) const override;
  std::string text(std::string_view key) const override;

 private:
  template <typename T>
  const T& value(std::string_view key) const;

  std::map<std::string, SettingValue, std::less<>> _values;
};

}  // namespace chat::plugin
