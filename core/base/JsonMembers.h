#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/JsonText.h"

namespace chat::base {

/// Walks over the members of a JSON object, one after the other, without parsing their values. The text must have been
/// checked to be an object (isJsonObject) and must stay unchanged during the walk.
class JsonMembers {
 public:
  explicit JsonMembers(std::string_view object) noexcept : _object(object), _at(skipJsonSpace(object, 1)) {}

  /// Goes to the first or the next member. False: there are no more.
  bool next() {
    if (_object[_at] == ',') _at = skipJsonSpace(_object, _at + 1);
    if (_object[_at] == '}') return false;
    name = contentOf(take(), _name);
    _at = skipJsonSpace(_object, _at + 1);  // the colon
    value = take();
    return true;
  }

  std::string_view name;   ///< unescaped; valid until the next call
  std::string_view value;  ///< JSON text

  /// The content of a JSON string, given with its quotation marks; unescaped into `storage` if needed.
  static std::string_view contentOf(std::string_view string, std::string& storage) {
    const std::string_view content = string.substr(1, string.size() - 2);
    if (content.find('\\') == std::string_view::npos) return content;
    storage = unescapeJson(content);
    return storage;
  }

 private:
  std::string_view take() noexcept {
    const std::size_t end = skipJsonValue(_object, _at);
    const std::string_view taken = _object.substr(_at, end - _at);
    _at = skipJsonSpace(_object, end);
    return taken;
  }

  std::string_view _object;
  std::size_t _at;
  std::string _name;
};

}  // namespace chat::base
