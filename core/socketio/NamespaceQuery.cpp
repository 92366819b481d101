#include "socketio/NamespaceQuery.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "base/JsonText.h"

namespace chat::socketio {
namespace {

std::string decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      unsigned char byte = 0;
      const char* digits = text.data() + i + 1;
      if (const auto [end, error] = std::from_chars(digits, digits + 2, byte, 16); end == digits + 2) {
        out.push_back(static_cast<char>(byte));
        i += 2;
        continue;
      }
    }
    out.push_back(text[i] == '+' ? ' ' : text[i]);
  }
  return out;
}

void appendString(std::string& json, std::string_view encoded) {
  std::string text = decoded(encoded);
  if (!simdjson::validate_utf8(text)) {
    std::string replaced;
    for (const char c : text) {
      if (static_cast<unsigned char>(c) < 0x80) {
        replaced.push_back(c);
      } else {
        replaced += "\xEF\xBF\xBD";
      }
    }
    text = std::move(replaced);
  }
  json.push_back('"');
  base::appendJsonEscaped(json, text);
  json.push_back('"');
}

}  // namespace

NamespaceQuery splitNamespace(std::string_view nspWithQuery) noexcept {
  const std::size_t mark = nspWithQuery.find('?');
  if (mark == std::string_view::npos) return {nspWithQuery, {}};
  return {nspWithQuery.substr(0, mark), nspWithQuery.substr(mark + 1)};
}

std::string queryAsJson(std::string_view query) {
  std::string json = "{";
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::string_view name = pair.substr(0, pair.find('='));
    if (json.size() > 1) json.push_back(',');
    appendString(json, name);
    json.push_back(':');
    appendString(json, pair.substr(std::min(name.size() + 1, pair.size())));
  }
  json.push_back('}');
  return json;
}

}  // namespace chat::socketio
