#include "support/AccountName.h"

#include <algorithm>

namespace chat::support {
namespace {

constexpr std::size_t MaxLength = 32;
constexpr std::string_view ErasedPrefix = "deleted.";

// Not <cctype>: its answers depend on the process's locale.
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool isAllowed(char c) noexcept {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

}  // namespace

bool isAccountName(std::string_view name) noexcept {
  return !name.empty() && name.size() <= MaxLength && std::all_of(name.begin(), name.end(), isAllowed);
}

std::string accountKey(std::string_view name) {
  std::string key(name);
  std::transform(key.begin(), key.end(), key.begin(), lower);
  return key;
}

bool isSameAccount(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string erasedName(std::uint64_t accountId) {
  return std::string(ErasedPrefix) + std::to_string(accountId);
}

bool isErasedName(std::string_view name) noexcept {
  if (name.size() <= ErasedPrefix.size() || !isSameAccount(name.substr(0, ErasedPrefix.size()), ErasedPrefix)) {
    return false;
  }
  name.remove_prefix(ErasedPrefix.size());
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace chat::support
