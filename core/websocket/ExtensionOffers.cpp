#include "websocket/ExtensionOffers.h"

#include <algorithm>

#include "http/Text.h"

namespace chat::websocket {
namespace {

/// Takes tokens, quoted strings and separators from the front of a header, and the blanks before them.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : _rest(text) {}

  bool atEnd() noexcept {
    skipBlanks();
    return _rest.empty();
  }
  bool take(char mark) noexcept {
    skipBlanks();
    if (!_rest.starts_with(mark)) return false;
    _rest.remove_prefix(1);
    return true;
  }
  /// Empty if there is none.
  std::string_view token() noexcept {
    skipBlanks();
    const auto size =
        static_cast<std::size_t>(std::find_if_not(_rest.begin(), _rest.end(), http::isTokenCharacter) - _rest.begin());
    const auto found = _rest.substr(0, size);
    _rest.remove_prefix(size);
    return found;
  }
  /// A token, or a quoted string, in which a backslash may escape any character. Empty if there is none.
  std::string value() {
    if (!take('"')) return std::string(token());
    std::string text;
    while (!_rest.empty() && _rest.front() != '"') {
      if (_rest.front() == '\\') _rest.remove_prefix(1);
      if (_rest.empty() || !http::isTokenCharacter(_rest.front())) return {};
      text += _rest.front();
      _rest.remove_prefix(1);
    }
    return take('"') ? text : std::string();
  }

 private:
  void skipBlanks() noexcept {
    const auto first = _rest.find_first_not_of(" \t");
    _rest.remove_prefix(first == std::string_view::npos ? _rest.size() : first);
  }

  std::string_view _rest;
};

}  // namespace

std::optional<std::vector<ExtensionOffer>> parseExtensions(std::string_view text) {
  std::vector<ExtensionOffer> offers;
  Scanner scanner(text);
  while (!scanner.atEnd()) {
    if (scanner.take(',')) continue;  // an empty element of the list is allowed
    ExtensionOffer offer;
    offer.name = scanner.token();
    if (offer.name.empty()) return std::nullopt;
    while (scanner.take(';')) {
      ExtensionOffer::Parameter parameter;
      parameter.name = scanner.token();
      if (parameter.name.empty()) return std::nullopt;
      if (scanner.take('=')) {
        parameter.value = scanner.value();
        if (parameter.value->empty()) return std::nullopt;
      }
      offer.parameters.push_back(std::move(parameter));
    }
    offers.push_back(std::move(offer));
    if (!scanner.atEnd() && !scanner.take(',')) return std::nullopt;
  }
  return offers;
}

std::optional<std::vector<std::string_view>> parseSubprotocols(std::string_view text) {
  std::vector<std::string_view> names;
  Scanner scanner(text);
  while (!scanner.atEnd()) {
    if (scanner.take(',')) continue;
    const auto name = scanner.token();
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return std::nullopt;
    names.push_back(name);
    if (!scanner.atEnd() && !scanner.take(',')) return std::nullopt;
  }
  return names;
}

}  // namespace chat::websocket
