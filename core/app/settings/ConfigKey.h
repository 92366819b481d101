#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/Clock.h"
#include "base/Result.h"

namespace chat::app {

struct Settings;

/// The value of a property, checked. Only the member of the key's type is set, and `text` always.
struct ConfigValue {
  std::string text;
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<std::string> list;

  std::size_t size() const noexcept { return static_cast<std::size_t>(integer); }
  base::Duration duration() const noexcept { return base::Duration{integer}; }
  /// Relative to the folder in which the server was started; empty stays empty.
  std::filesystem::path path() const;
};

/// A property of the server.
struct ConfigKey {
  enum class Type : std::uint8_t { Text, Integer, Boolean, List };

  std::string_view name;
  Type type = Type::Text;
  std::string_view fallback;     ///< the default, as written in a file
  std::string_view description;  ///< with the unit
  void (*apply)(Settings& settings, const ConfigValue& value) = nullptr;
  std::int64_t min = 0;  ///< of an integer; of a list: of the number of its elements
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  /// The allowed values of a text or of a list's elements, separated by `|`.
  std::string_view choices{};
  /// Never shown. May also be read from a file, whose name is in the environment variable with `_FILE` appended.
  bool secret = false;

  /// The error says what is allowed: "an integer from 0 to 65535".
  base::Result<ConfigValue, std::string> parse(std::string_view text) const;
  std::string expectation() const;
  /// The environment variable that overrides it: `CHAT_` and the name in upper snake case, `CHAT_SERVER_PORT_FILE` for
  /// `server.portFile`.
  std::string environmentVariable() const { return environmentVariable(name); }
  static std::string environmentVariable(std::string_view name);
};

}  // namespace chat::app
