#include "http/Target.h"

#include <algorithm>

#include "http/Text.h"

namespace chat::http {
namespace {

int hexValue(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = lowerAscii(c);
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return -1;
}

bool isVisibleAscii(char c) noexcept {
  return c > ' ' && c < '\x7f';
}

bool startsWithIgnoringCase(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && equalsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

// The path and query of an absolute-form target; its authority is checked and dropped.
std::optional<std::string_view> withoutAuthority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!startsWithIgnoringCase(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = std::min(target.find_first_of("/?"), target.size());
    const auto authority = target.substr(0, end);
    if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
    return target.substr(end);
  }
  return std::nullopt;
}

bool hasDotSegment(std::string_view path) noexcept {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

}  // namespace

std::optional<std::string> percentDecode(std::string_view text, bool plusIsSpace) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hexValue(text[i + 1]);
      const int low = hexValue(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      decoded.push_back(plusIsSpace && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return decoded;
}

std::optional<Target> parseTarget(std::string_view target) {
  if (target == "*") return Target{"*", {}};
  if (target.empty() || !std::all_of(target.begin(), target.end(), isVisibleAscii)) return std::nullopt;
  if (target.find('#') != std::string_view::npos) return std::nullopt;
  if (target.front() != '/') {
    const auto rest = withoutAuthority(target);
    if (!rest) return std::nullopt;
    target = *rest;
  }
  Target result;
  const auto mark = target.find('?');
  if (mark != std::string_view::npos) result.query = target.substr(mark + 1);
  auto path = percentDecode(target.substr(0, mark), false);
  if (!path) return std::nullopt;
  if (path->empty()) path->push_back('/');  // "http://host" and "http://host?query"
  // A backslash separates segments for some clients and file systems; no name here contains one.
  if (path->find('\0') != std::string::npos || path->find('\\') != std::string::npos || hasDotSegment(*path)) {
    return std::nullopt;
  }
  result.path = std::move(*path);
  return result;
}

}  // namespace chat::http
