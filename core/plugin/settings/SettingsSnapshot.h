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

/// Gives a property's text by its full name; nothing where it isn't set.
using PropertySource = std::function<std::optional<std::string>(const std::string& name)>;

/// The values of declared settings at one moment. Thread: any; immutable.
class SettingsSnapshot final : public Settings {
 public:
  /// Looks up `prefix` + key for each declaration. Throws Refused, naming every property whose value isn't allowed and
  /// what would be.
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
