#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace chat::plugin {

using SettingValue = std::variant<bool, std::int64_t, std::string>;

/// A property that a plugin has: its type, bounds and default, as its identity declares them in one line:
///
///     KEY boolean DEFAULT | what it is                  true, false
///     KEY integer DEFAULT [MIN..MAX] | what it is       the bounds are the value's
///     KEY text DEFAULT [MIN..MAX] | what it is          the bounds are its length in bytes
///
/// KEY is `[A-Za-z][A-Za-z0-9.]*`. A text's default with spaces, or an empty one, stands in "quotes".
/// A value: thread any.
struct SettingDeclaration {
  enum class Type { Boolean, Integer, Text };

  std::string key;
  Type type = Type::Text;
  SettingValue defaultValue;
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> max;
  std::string description;

  /// Throws Refused where the line is malformed, or the default is against the bounds.
  static SettingDeclaration parse(std::string_view line);

  /// The value that a property's text stands for. Throws std::invalid_argument whose text goes on after the property's
  /// name ("must be an integer from 1 to 10, not 'x'"). A text's value is never quoted: it may be a secret.
  SettingValue valueOf(std::string_view text) const;

  /// "an integer from 1 to 10"
  std::string expectation() const;

 private:
  bool isWithin(std::int64_t value) const noexcept { return (!min || value >= *min) && (!max || value <= *max); }
};

}  // namespace chat::plugin
