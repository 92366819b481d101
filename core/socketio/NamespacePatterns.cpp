#include "socketio/NamespacePatterns.h"

#include <re2/re2.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace chat::socketio {
namespace {

constexpr std::int64_t MaxProgramBytes = 1 << 20;

}  // namespace

NamespacePatterns::NamespacePatterns(std::string_view patterns) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(MaxProgramBytes);
  std::istringstream words{std::string(patterns)};
  for (std::string pattern; words >> pattern;) {
    auto compiled = std::make_unique<re2::RE2>(pattern, options);
    if (!compiled->ok()) throw std::invalid_argument("the pattern " + pattern + " is wrong: " + compiled->error());
    _patterns.push_back(std::move(compiled));
  }
}

NamespacePatterns::~NamespacePatterns() = default;

bool NamespacePatterns::matches(std::string_view name) const {
  if (name.size() > MaxNameLength) return false;
  return std::any_of(_patterns.begin(), _patterns.end(), [name](const auto& pattern) {
    return re2::RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *pattern);
  });
}

}  // namespace chat::socketio
