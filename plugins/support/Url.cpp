#include "support/Url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace chat::support {
namespace {

bool startsWithoutCase(std::string_view text, std::string_view lowerPrefix) noexcept {
  return text.size() >= lowerPrefix.size() &&
         std::equal(lowerPrefix.begin(), lowerPrefix.end(), text.begin(),
                    [](char want, char c) { return want == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
}

bool isNameCharacter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool isHostName(std::string_view host) noexcept {
  return std::any_of(host.begin(), host.end(), isNameCharacter) && std::all_of(host.begin(), host.end(), [](char c) {
           return isNameCharacter(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == '%';
         });
}

bool isIpv6(std::string_view text) noexcept {
  in6_addr address;
  return text.size() < INET6_ADDRSTRLEN && inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

bool isPort(std::string_view text) noexcept {
  if (text.empty()) return true;  // `http://host:/` is the default port (RFC 3986, 3.2.3)
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

bool isHttpUrl(std::string_view url) noexcept {
  if (std::any_of(url.begin(), url.end(),
                  [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\'; })) {
    return false;
  }
  if (startsWithoutCase(url, "http://")) {
    url.remove_prefix(7);
  } else if (startsWithoutCase(url, "https://")) {
    url.remove_prefix(8);
  } else {
    return false;
  }
  std::string_view authority = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view rest = authority.substr(end + 1);
    return isIpv6(authority.substr(1, end - 1)) && (rest.empty() || (rest.front() == ':' && isPort(rest.substr(1))));
  }
  const auto colon = authority.find(':');
  const std::string_view host = authority.substr(0, colon);
  return isHostName(host) && (colon == std::string_view::npos || isPort(authority.substr(colon + 1)));
}

}  // namespace chat::support
