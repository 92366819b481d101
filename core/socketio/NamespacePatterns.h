#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace chat::socketio {

/// Regular expressions for the names of namespaces that are made when a client first asks for them. Matching (RE2)
/// takes time in proportion to the name's length, whatever the pattern, and doesn't recurse. Immutable. Thread: any.
class NamespacePatterns {
 public:
  /// `patterns` are separated by white space; each is matched against the whole name (`/room-\d+`).
  /// Errors: std::invalid_argument with the pattern and what is wrong with it.
  explicit NamespacePatterns(std::string_view patterns);
  ~NamespacePatterns();

  bool empty() const noexcept { return _patterns.empty(); }
  /// Also false for a name longer than MaxNameLength.
  bool matches(std::string_view name) const;

  static constexpr std::size_t MaxNameLength = 256;

 private:
  std::vector<std::unique_ptr<re2::RE2>> _patterns;
};

}  // namespace chat::socketio
