#include "engineio/api/SessionCookie.h"

#include <algorithm>

#include "http/Text.h"

namespace chat::engineio {
namespace {

constexpr bool isVisible(char c) noexcept {
  return c > ' ' && c < '\x7f';
}

std::string capitalised(std::string word) {
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

}  // namespace

std::string SessionCookie::field(std::string_view sessionId) const {
  std::string text = name + '=' + std::string(sessionId);
  if (maxAge) text += "; Max-Age=" + std::to_string(*maxAge);
  if (!domain.empty()) text += "; Domain=" + domain;
  if (!path.empty()) text += "; Path=" + path;
  if (httpOnly) text += "; HttpOnly";
  if (secure) text += "; Secure";
  if (!sameSite.empty()) text += "; SameSite=" + capitalised(sameSite);
  return text;
}

bool isCookieName(std::string_view name) noexcept {
  return !name.empty() && std::all_of(name.begin(), name.end(), http::isTokenCharacter);
}

bool isCookieAttribute(std::string_view value) noexcept {
  return std::all_of(value.begin(), value.end(), [](char c) { return isVisible(c) && c != ';'; });
}

}  // namespace chat::engineio
