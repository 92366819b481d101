#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace chat::socketio {

/// Regular expressions for the names of namespaces that are made when a client first asks for them. Matching takes time
/// in proportion to the name's length, whatever the pattern (RE2), and no recursion. Immutable. Thread: any.
class NamespacePatterns {
 public:
  /// `patterns` are separated by white space; each is matched against the whole name (`/room-\d+`).
  /// Errors: std::invalid_argument with the pattern and what is wrong with it.
  explicit NamespacePatterns(std::string_view patterns);
  ~NamespacePatterns();

  bool empty() const noexcept { return _patterns.empty(); }
  /// False for a name longer than MaxNameLength as well.
  bool matches(std::string_view name) const;

  static constexpr std::size_t MaxNameLength = 256;

 private:
  std::vector<std::unique_ptr<re2::RE2>> _patterns;
};

}  // namespace chat::socketio
