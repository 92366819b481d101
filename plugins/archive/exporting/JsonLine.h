#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chat::archive {

/// One line of JSON Lines: an object, whose members are added in their order.
class JsonLine {
 public:
  explicit JsonLine(std::string_view type) { text("type", type); }
  JsonLine() = default;

  /// Valid UTF-8.
  JsonLine& text(std::string_view name, std::string_view value);
  JsonLine& number(std::string_view name, std::int64_t value) { return raw(name, std::to_string(value)); }
  /// In quotes, as everywhere on the wire: JavaScript can't hold 64 bits.
  JsonLine& id(std::string_view name, std::uint64_t value) { return text(name, std::to_string(value)); }
  JsonLine& date(std::string_view name, std::int64_t millis);
  JsonLine& boolean(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
  /// JSON text as it is.
  JsonLine& raw(std::string_view name, std::string_view json);

  /// With the line feed.
  std::string line() const { return '{' + _members + "}\n"; }

 private:
  std::string _members;
};

}  // namespace chat::archive
