#include "app/settings/ConfigKey.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "http/Text.h"

namespace chat::app {
namespace {

bool isAmong(std::string_view choices, std::string_view text) {
  while (!choices.empty()) {
    const auto choice = choices.substr(0, choices.find('|'));
    if (choice == text) return true;
    choices.remove_prefix(std::min(choice.size() + 1, choices.size()));
  }
  return false;
}

std::string spelledOut(std::string_view choices) {
  std::string text;
  for (const char c : choices) text += c == '|' ? std::string(", ") : std::string(1, c);
  return text;
}

bool isTrue(std::string_view text) {
  return text == "true" || text == "on" || text == "yes" || text == "1";
}
bool isFalse(std::string_view text) {
  return text == "false" || text == "off" || text == "no" || text == "0";
}

}  // namespace

std::filesystem::path ConfigValue::path() const {
  return text.empty() ? std::filesystem::path() : std::filesystem::absolute(text).lexically_normal();
}

base::Result<ConfigValue, std::string> ConfigKey::parse(std::string_view text) const {
  ConfigValue value;
  value.text = text;
  bool valid = true;
  switch (type) {
    case Type::Text:
      valid = choices.empty() || isAmong(choices, text);
      break;
    case Type::Integer: {
      const auto end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data(), end, value.integer);
      valid = parsed.ec == std::errc{} && parsed.ptr == end && value.integer >= min && value.integer <= max;
      break;
    }
    case Type::Boolean:
      value.boolean = isTrue(text);
      valid = value.boolean || isFalse(text);
      break;
    case Type::List:
      http::forEachListed(text, [&](std::string_view element) {
        valid = valid && (choices.empty() || isAmong(choices, element));
        value.list.emplace_back(element);
      });
      valid = valid && value.list.size() >= static_cast<std::size_t>(min);
      break;
  }
  if (!valid) return base::Failure{expectation()};
  return value;
}

std::string ConfigKey::expectation() const {
  switch (type) {
    case Type::Integer:
      if (max == std::numeric_limits<std::int64_t>::max()) return "an integer from " + std::to_string(min);
      return "an integer from " + std::to_string(min) + " to " + std::to_string(max);
    case Type::Boolean:
      return "true or false";
    case Type::List:
      return (min > 0 ? "one or more" : "a list") + std::string(choices.empty() ? ", separated by commas" : " of ") +
             spelledOut(choices);
    case Type::Text:
      break;
  }
  return choices.empty() ? "a text" : "one of " + spelledOut(choices);
}

std::string ConfigKey::environmentVariable(std::string_view name) {
  std::string variable = "CHAT_";
  char before = '_';
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '.') {
      variable += '_';
    } else {
      const auto last = static_cast<unsigned char>(before);
      if (std::isupper(byte) && (std::islower(last) || std::isdigit(last))) variable += '_';
      variable += static_cast<char>(std::toupper(byte));
    }
    before = c;
  }
  return variable;
}

}  // namespace chat::app
