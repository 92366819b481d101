#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace chat::plugin {

using SettingValue = std::variant<bool, std::int64_t, std::string>;

/// A setting of a plugin: its type, bounds and default. The plugin's identity declares each setting in one line:
///
///     KEY boolean DEFAULT | what it is                  true, false
///     KEY integer DEFAULT [MIN..MAX] | what it is       the bounds are the value's
///     KEY text DEFAULT [MIN..MAX] | what it is          the bounds are its length in bytes
///
/// KEY is `[A-Za-z][A-Za-z0-9.]*`. The default of a text stands in "quotes" if it is empty or has spaces. A value:
/// thread any.
struct SettingDeclaration {
  enum class Type { Boolean, Integer, Text };

  std::string key;
  Type type = Type::Text;
  SettingValue defaultValue;
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> max;
  std::string description;

  /// Throws Refused if the line is malformed, or if the default is outside the bounds.
  static SettingDeclaration parse(std::string_view line);

  /// The value of a property's text. Throws std::invalid_argument with a phrase that follows the property's name ("must
  /// be an integer from 1 to 10, not 'x'"). The phrase never has the value of a Text, which may be a secret.
  SettingValue valueOf(std::string_view text) const;

  /// "an integer from 1 to 10"
  std::string expectation() const;

 private:
  bool isWithin(std::int64_t value) const noexcept { return (!min || value >= *min) && (!max || value <= *max); }
};

}  // namespace chat::plugin
