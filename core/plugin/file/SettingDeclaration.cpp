#include "plugin/file/SettingDeclaration.h"

#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

constexpr std::size_t MaxQuotedValue = 40;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool isKey(std::string_view key) {
  const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !key.empty() && isLetter(key.front()) &&
         std::all_of(key.begin(), key.end(), [&](char c) { return isLetter(c) || (c >= '0' && c <= '9') || c == '.'; });
}

std::optional<std::int64_t> toInteger(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

std::optional<bool> toBoolean(std::string_view text) {
  static constexpr std::array<std::string_view, 4> True = {"true", "yes", "on", "1"};
  static constexpr std::array<std::string_view, 4> False = {"false", "no", "off", "0"};
  const auto value = Poco::toLower(std::string(text));
  if (std::find(True.begin(), True.end(), value) != True.end()) return true;
  if (std::find(False.begin(), False.end(), value) != False.end()) return false;
  return std::nullopt;
}

/// Takes the words of a declaration one after the other.
class Words {
 public:
  explicit Words(std::string_view line) : _rest(trimmed(line)) {}

  bool atEnd() const noexcept { return _rest.empty(); }
  bool atBar() const noexcept { return _rest.starts_with('|'); }
  /// What stands after the bar.
  std::string_view description() const { return trimmed(_rest.substr(1)); }
  bool atQuote() const noexcept { return _rest.starts_with('"'); }
  std::string_view next() { return take(_rest.find_first_of(" \t"), 0); }
  /// The text up to the closing quote; empty if there is no closing quote.
  std::optional<std::string_view> quoted() {
    _rest.remove_prefix(1);
    const auto end = _rest.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    return take(end, 1);
  }

 private:
  std::string_view take(std::size_t length, std::size_t skip) {
    const auto word = _rest.substr(0, length);
    _rest = trimmed(_rest.substr(std::min(word.size() + skip, _rest.size())));
    return word;
  }

  std::string_view _rest;
};

[[noreturn]] void malformed(std::string_view line, const std::string& why) {
  throw Refused("its identity is malformed: setting '" + std::string(line) + "': " + why +
                "; write KEY boolean|integer|text DEFAULT [MIN..MAX] | what it is");
}

std::optional<SettingDeclaration::Type> typeOf(std::string_view name) {
  if (name == "boolean") return SettingDeclaration::Type::Boolean;
  if (name == "integer") return SettingDeclaration::Type::Integer;
  if (name == "text") return SettingDeclaration::Type::Text;
  return std::nullopt;
}

/// MIN..MAX, each of which may be absent.
bool parseBounds(std::string_view text, SettingDeclaration& setting) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos || text.size() == 2) return false;
  const auto min = text.substr(0, dots);
  const auto max = text.substr(dots + 2);
  setting.min = toInteger(min);
  setting.max = toInteger(max);
  return min.empty() != setting.min.has_value() && max.empty() != setting.max.has_value();
}

}  // namespace

SettingDeclaration SettingDeclaration::parse(std::string_view line) {
  SettingDeclaration setting;
  Words words(line);
  setting.key = words.next();
  if (!isKey(setting.key)) malformed(line, "the key must be letters, digits and dots, a letter first");
  const auto type = typeOf(words.next());
  if (!type) malformed(line, "its type is unknown");
  setting.type = *type;
  if (words.atEnd() || words.atBar()) malformed(line, "it has no default");
  const auto standard = words.atQuote() ? words.quoted() : words.next();
  if (!standard) malformed(line, "a quote is not closed");
  if (!words.atEnd() && !words.atBar() && (setting.type == Type::Boolean || !parseBounds(words.next(), setting))) {
    malformed(line, "only MIN..MAX may follow the default");
  }
  if (!words.atBar() || words.description().empty()) malformed(line, "it doesn't say what it is");
  setting.description = words.description();
  try {
    setting.defaultValue = setting.valueOf(*standard);
  } catch (const std::invalid_argument& error) {
    malformed(line, std::string("the default ") + error.what());
  }
  return setting;
}

std::string SettingDeclaration::expectation() const {
  if (type == Type::Boolean) return "true or false";
  const std::string what = type == Type::Integer ? "an integer" : "a text";
  const std::string unit = type == Type::Integer ? "" : " bytes";
  if (min && max)
    return what + (unit.empty() ? " from " : " of ") + std::to_string(*min) + " to " + std::to_string(*max) + unit;
  if (min) return what + " of at least " + std::to_string(*min) + unit;
  if (max) return what + " of at most " + std::to_string(*max) + unit;
  return what;
}

SettingValue SettingDeclaration::valueOf(std::string_view text) const {
  switch (type) {
    case Type::Boolean:
      if (const auto value = toBoolean(trimmed(text))) return *value;
      break;
    case Type::Integer:
      if (const auto value = toInteger(trimmed(text)); value && isWithin(*value)) return *value;
      break;
    case Type::Text:
      if (isWithin(static_cast<std::int64_t>(text.size()))) return std::string(text);
      throw std::invalid_argument("must be " + expectation() + ", not of " + std::to_string(text.size()));
  }
  throw std::invalid_argument("must be " + expectation() + ", not '" +
                              std::string(trimmed(text).substr(0, MaxQuotedValue)) + "'");
}

}  // namespace chat::plugin
