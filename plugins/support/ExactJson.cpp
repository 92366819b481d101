#include "support/ExactJson.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chat::support {
namespace {

/// Walks over valid JSON.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : _text(text) { skipSpace(); }

  char peek() const noexcept { return _text[_at]; }
  /// Skips `c`, if it is next, and the white space after it.
  bool accept(char c) noexcept {
    if (_text[_at] != c) return false;
    ++_at;
    skipSpace();
    return true;
  }

  /// A string with its quotes, a number or a literal, as written.
  std::string_view scalar() noexcept {
    const std::size_t from = _at;
    if (_text[_at] == '"') {
      while (_text[++_at] != '"') {
        if (_text[_at] == '\\') ++_at;
      }
      ++_at;
    } else {
      _at = std::min(_text.find_first_of(",]} \t\r\n", _at), _text.size());
    }
    const std::string_view token = _text.substr(from, _at - from);
    skipSpace();
    return token;
  }

  /// A whole value, as written.
  std::string_view value() noexcept {
    const std::size_t from = _at;
    std::size_t end = _at;
    int depth = 0;
    do {
      const char c = _text[_at];
      if (c == '{' || c == '[') {
        ++depth;
        ++_at;
      } else if (c == '}' || c == ']') {
        --depth;
        ++_at;
      } else if (c == ',' || c == ':') {
        ++_at;
      } else {
        scalar();
        end = _lastToken;
        continue;
      }
      end = _at;
      skipSpace();
    } while (depth > 0);
    return _text.substr(from, end - from);
  }

 private:
  void skipSpace() noexcept {
    _lastToken = _at;
    _at = std::min(_text.find_first_not_of(" \t\r\n", _at), _text.size());
  }

  std::string_view _text;
  std::size_t _at = 0;
  std::size_t _lastToken = 0;  ///< where the token before the white space ended
};

bool isString(std::string_view token) noexcept {
  return token.front() == '"';
}

bool hasEscape(std::string_view token) noexcept {
  return token.find('\\') != std::string_view::npos;
}

/// The shortest form of a string token.
std::string compactString(std::string_view token) {
  if (!hasEscape(token)) return std::string(token);
  const boost::json::value value = boost::json::parse(token);
  return boost::json::serialize(value);
}

bool isName(std::string_view token, std::string_view name) {
  if (!hasEscape(token)) return token.substr(1, token.size() - 2) == name;
  return std::string_view(boost::json::parse(token).get_string()) == name;
}

void compact(Scanner& scanner, std::string& out);

void compactArray(Scanner& scanner, std::string& out) {
  out.push_back('[');
  scanner.accept('[');
  while (!scanner.accept(']')) {
    compact(scanner, out);
    if (scanner.accept(',')) out.push_back(',');
  }
  out.push_back(']');
}

void compactObject(Scanner& scanner, std::string& out) {
  std::vector<std::pair<std::string, std::string>> members;
  std::unordered_map<std::string, std::size_t> places;
  scanner.accept('{');
  while (!scanner.accept('}')) {
    std::string name = compactString(scanner.scalar());
    scanner.accept(':');
    std::string value;
    compact(scanner, value);
    scanner.accept(',');
    const auto [place, isNew] = places.try_emplace(name, members.size());
    if (isNew) {
      members.emplace_back(std::move(name), std::move(value));
    } else {
      members[place->second].second = std::move(value);
    }
  }
  std::string_view separator = "{";
  for (const auto& [name, value] : members) {
    out.append(separator).append(name).append(":").append(value);
    separator = ",";
  }
  out.append(members.empty() ? "{}" : "}");
}

void compact(Scanner& scanner, std::string& out) {
  switch (scanner.peek()) {
    case '{':
      compactObject(scanner, out);
      break;
    case '[':
      compactArray(scanner, out);
      break;
    default: {
      const std::string_view token = scanner.scalar();
      out.append(isString(token) ? compactString(token) : std::string(token));
    }
  }
}

}  // namespace

std::optional<std::string_view> memberText(std::string_view object, std::string_view name) {
  std::optional<std::string_view> found;
  Scanner scanner(object);
  scanner.accept('{');
  while (!scanner.accept('}')) {
    const bool isIt = isName(scanner.scalar(), name);
    scanner.accept(':');
    const std::string_view value = scanner.value();
    if (isIt) found = value;
    scanner.accept(',');
  }
  return found;
}

std::string compactJson(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  Scanner scanner(value);
  compact(scanner, out);
  return out;
}

void appendJsonString(std::string& json, std::string_view text) {
  json.append(boost::json::serialize(boost::json::string_view(text.data(), text.size())));
}

}  // namespace chat::support
